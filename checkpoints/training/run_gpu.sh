#!/usr/bin/env bash
# One run on a GPU machine, from check to contact sheet, inside a limit:
#
#   checkpoints/training/run_gpu.sh PACK OUT SECONDS [SCHEDULE]
#
# PACK is the folder made by pack.sh, OUT gets at most eight files of at most 16 MB, SECONDS is the limit of the whole command: about
# 40 are for the check, 20 for starting and 100 for the evaluation (what it does not get to can be done later), training gets the
# rest. Called again on the same machine it goes on where it was. A second run begins from weights: START=FILE (or start.safetensors
# in PACK), TRAINING_RUN=another folder, and a SCHEDULE.
set -uo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
PACK=$(cd "$1" && pwd) OUT=$(cd "$2" && pwd) SECONDS_IN_ALL=$3 SCHEDULE=${4:-$HERE/schedule.json}
BEGAN=$(date +%s)
RUN=${TRAINING_RUN:-/tmp/scenediff-training}
PYTHON=${PYTHON:-python3}
export PYTHONPATH=$PACK/site PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1
SCHEDULE=$(realpath "$SCHEDULE")
mkdir -p "$RUN"
cd "$HERE"
exec > >(tee -a "$OUT/log.txt") 2>&1

left() { echo $((SECONDS_IN_ALL - $(date +%s) + BEGAN)); }
keep() { # copies what is worth keeping, whatever happened
    for name in pictures clips large unfinished; do
        [[ -f $RUN/$name.safetensors ]] && cp "$RUN/$name.safetensors" "$OUT/"
    done
    true
}
trap keep EXIT

# 1. Does everything import, draw, learn and save? About 40 seconds; a failure here costs no more than that.
echo "== check, $(left) s left"
[[ -f $RUN/last.pt || -n ${START:-} ]] || timeout "${CHECK:-120}" "$PYTHON" check.py || { echo "error: the check failed (see above) or took more than ${CHECK:-120} s; nothing was trained"; exit 1; }

# 2. Training. timeout is only the watchdog of the watchdog: train.py stops by the clock and saves every minute.
SECONDS_TO_TRAIN=$(($(left) - 20 - ${EVALUATION:-100}))
[[ -z ${START:-} && -f $PACK/start.safetensors ]] && START=$PACK/start.safetensors
FROM=()
[[ -n ${START:-} ]] && FROM=(--start "$START")
WORKERS=$(($(nproc) > 3 ? $(nproc) - 2 : 1))
echo "== training for $SECONDS_TO_TRAIN s with $WORKERS composing processes"
timeout -s INT -k 20 $((SECONDS_TO_TRAIN + 40)) "$PYTHON" train.py --run "$RUN" --seconds "$SECONDS_TO_TRAIN" --schedule "$SCHEDULE" \
    --workers "$WORKERS" "${FROM[@]}" ${TRAIN_FLAGS:-} || echo "training ended early: the last state is kept"
keep

# 3. Evaluation of the newest weights and of the present model on the same held-out set, then the films.
NEWEST=$(ls -t "$RUN"/*.safetensors 2>/dev/null | head -1)
if [[ -z $NEWEST ]]; then
    "$PYTHON" weights_of.py "$RUN/last.pt" "$RUN/large.safetensors" && NEWEST=$RUN/large.safetensors && keep
fi
[[ -n $NEWEST ]] || { echo "error: there are no weights to evaluate"; exit 1; }
echo "== evaluating $NEWEST, $(left) s left"
timeout $(($(left) - 5)) bash -c "
    '$PYTHON' held_out.py '$RUN/held_out.npz' --pictures ${PICTURES:-64} --clips ${CLIPS:-16} &&
    '$PYTHON' evaluate.py '$NEWEST' nano.json '$RUN/held_out.npz' --out '$OUT/new.json' &&
    '$PYTHON' contact_sheet.py '$PACK/videos' '$OUT/contact_sheet.jpg' new='$NEWEST',nano.json &&
    '$PYTHON' evaluate.py '$PACK/present/nano.safetensors' '$PACK/present/nano.json' '$RUN/held_out.npz' --out '$OUT/present.json' &&
    '$PYTHON' compare.py '$OUT/present.json' '$OUT/new.json'"
echo "== done, $(left) s left"
