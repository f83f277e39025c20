#!/bin/sh
# Stands for the decoder: a "video" is a JPEG picture of 64 x 48 pixels, shown for four frames at 24 fps.
# One that holds the word "truncated" opens well and fails later. All take their time as long as there is a file `hold` in the
# data folder.
if ! head -c 10 "$2" | grep -qa JFIF; then
    echo "this is not a video: choose another file" >&2
    exit 2
fi
case "$1" in
probe)
    if grep -qa wide "$2"; then
        echo '{"width":32000,"height":2,"codec":"h264","rotation":0,"fps":24.0,"frames":4}'
        exit
    fi
    echo '{"width":64,"height":48,"codec":"h264","rotation":0,"fps":24.0,"frames":4}'
    ;;
extract)
    while [ -e "$(dirname "$2")/../../hold" ]; do
        sleep 0.05
    done
    if grep -qa truncated "$2"; then
        echo "the file ends in the middle: copy it again" >&2
        exit 2
    fi
    # What has nothing to do with the file goes wrong once.
    if grep -qa unlucky "$2" && [ ! -e "$2.tried" ]; then
        touch "$2.tried"
        exit 1
    fi
    if grep -qa slow "$2"; then
        sleep 2
    fi
    for n in 000000 000001 000002 000003; do
        cp "$2" "$3/$n.jpg"
    done
    echo '{"done":4,"total":4}'
    echo '{"table":{"width":64,"height":48,"time_base":[1,24],"rows":[{"source_frame":0,"pts":0},{"source_frame":0,"pts":0},{"source_frame":1,"pts":1},{"source_frame":2,"pts":2},{"source_frame":3,"pts":3}]}}'
    ;;
esac
