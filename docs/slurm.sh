#!/bin/bash
# A run on two machines of a Slurm cluster: sbatch docs/slurm.sh
#
# Ten minutes of notice before the time is over let the run write its checkpoint; the job then puts
# itself back into the queue and goes on from there.
#SBATCH --job-name=scriptorium
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=8
#SBATCH --cpus-per-task=32
#SBATCH --time=24:00:00
#SBATCH --signal=B:TERM@600
#SBATCH --requeue
#SBATCH --open-mode=append

set -euo pipefail

CORPUS=${CORPUS:-$PWD/iam.safetensors}
RUN=${RUN:-$PWD/runs/slurm}
CONFIG=${CONFIG:-default}

first=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)

# Slurm tells this script, which tells the processes; they write a checkpoint and end with 143.
ended=0
trap 'ended=1; kill -TERM "$step"' TERM

srun torchrun \
    --nnodes "$SLURM_NNODES" --nproc-per-node "${SLURM_GPUS_ON_NODE:-1}" --max-restarts 3 \
    --rdzv-backend c10d --rdzv-id "$SLURM_JOB_ID" --rdzv-endpoint "$first:29400" \
    -m training run --config "$CONFIG" --corpus "$CORPUS" --out "$RUN" --or-resume "$@" &
step=$!

wait "$step" || status=$?
if [ "$ended" = 1 ]; then
    wait "$step" || true
    scontrol requeue "$SLURM_JOB_ID"
    exit 0
fi
exit "${status:-0}"
