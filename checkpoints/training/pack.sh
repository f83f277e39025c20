#!/usr/bin/env bash
# Collects in one folder what a GPU machine without network needs beside this folder (about 10 MB):
#
#   checkpoints/training/pack.sh PYTHON VIDEOS FOLDER [START.safetensors]
#
# PYTHON has requirements.txt installed (any PyTorch will do), VIDEOS holds the films of the contact sheet, FOLDER is made anew.
# START, if given, are weights to go on from. The GPU machine brings PyTorch, numpy, OpenCV, Pillow, safetensors and tqdm.
set -euo pipefail

[[ $# -ge 3 ]] || { sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2; }
PYTHON=$1 VIDEOS=$2 FOLDER=$3 START=${4:-}
SITE=$("$PYTHON" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
PRESENT=$(cd "$(dirname "$0")/.." && pwd)

rm -rf "$FOLDER"
mkdir -p "$FOLDER/site" "$FOLDER/videos" "$FOLDER/present"
for name in sam2 hydra omegaconf iopath antlr4 portalocker; do
    [[ -d $SITE/$name ]] || { echo "error: $name is not installed for $PYTHON: pip install -r requirements.txt" >&2; exit 1; }
    cp -r "$SITE/$name" "$FOLDER/site/"
done
find "$FOLDER/site" \( -name __pycache__ -o -name '*.so' -o -name csrc \) -prune -exec rm -rf {} +
cp "$VIDEOS"/{bedroom,cups_before,cups_after}.mp4 "$FOLDER/videos/"
cp "$PRESENT"/nano.{json,safetensors} "$FOLDER/present/"
[[ -z $START ]] || cp "$START" "$FOLDER/start.safetensors"
du -sh "$FOLDER"
