#!/bin/bash
# A run on two machines of a Slurm cluster, from a shell in which the program's environment is
# active and in a folder that all machines share:
#
#     CORPUS=iam.safetensors sbatch docs/slurm.sh --optimizer.lr 3e-3
#
# Options of sbatch, before the script's name, replace the lines below; without GPUs give
# --gpus-per-node=0, and each machine runs one process. Words after the name are fields of the
# config.
#
# Ten minutes of notice before the time is over let the run write its checkpoint; the job then puts
# itself back into the queue and goes on from there. For a --time below an hour ask for less notice:
# --signal=B:TERM@60. A job that scancel ends writes its checkpoint as well, and the same command
# goes on with it.
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

if ! command -v torchrun > /dev/null; then
    echo "There is no torchrun: submit from a shell in which the environment is active." >&2
    exit 2
fi

cpus=${SLURM_CPUS_PER_TASK:-1}
processes=${SLURM_GPUS_ON_NODE:-1}
first=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
port=$((20000 + SLURM_JOB_ID % 10000)) # jobs that share a machine must not meet
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$((cpus > processes ? cpus / processes : 1))}

# Slurm tells this script alone. Not srun but scancel passes it on: at a SIGTERM srun kills what it
# has started. The processes write a checkpoint and end.
told=0
trap 'told=$((told + 1)); scancel --quiet --signal=TERM "$SLURM_JOB_ID" || true' TERM

# A torchrun that has died would leave the others waiting: the step is ended a minute after it.
srun --cpus-per-task "$cpus" --wait 60 torchrun \
    --nnodes "$SLURM_NNODES" --nproc-per-node "$processes" --max-restarts 3 \
    --rdzv-backend c10d --rdzv-id "$SLURM_JOB_ID" --rdzv-endpoint "$first:$port" \
    -m training run --config "$CONFIG" --corpus "$CORPUS" --out "$RUN" --or-resume "$@" &
step=$!

# A signal ends a wait before the step has ended, with a status that is not the step's; even where
# the step is over by now, the next wait still has its own.
until
    before=$told status=0
    wait "$step" || status=$?
    [ "$told" = "$before" ]
do :; done

# Not where the run is done, nor where somebody has cancelled the job.
state=$(squeue --noheader --format %T --jobs "$SLURM_JOB_ID")
if [ "$told" != 0 ] && [ "$status" != 0 ] && [ "$state" = RUNNING ]; then
    scontrol requeue "$SLURM_JOB_ID"
    exit 0
fi
exit "$status"
