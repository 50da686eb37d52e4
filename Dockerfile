# The service in a container; docs/service.md says how it is built and run.
#
#   docker build --build-arg TORCH_INDEX=ADDRESS --tag scriptorium .
#
# TORCH_INDEX is the address of the builds of PyTorch to take: those for the CPU, or those of a
# CUDA release. Left out, PyTorch's ordinary build comes, which runs on both and is the largest.

FROM python:3.11-slim-bookworm AS build
WORKDIR /source
RUN python -m venv /opt/scriptorium
ENV PATH=/opt/scriptorium/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY pyproject.toml constraints.txt ./
ARG TORCH_INDEX=""
# What the program needs comes first: this layer stays when only the program has changed.
RUN python -c 'import tomllib; project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
        print(*project["dependencies"], *project["optional-dependencies"]["serve"], \
        "hatchling", "editables", sep="\n")' > wanted.txt \
    && PIP_EXTRA_INDEX_URL="$TORCH_INDEX" pip install -c constraints.txt -r wanted.txt
COPY README.md LICENSE ./
COPY engine engine
COPY training training
COPY studio studio
COPY resources resources
# Some of the manuals are the guide under Help.
COPY docs docs
RUN pip install --no-deps --no-build-isolation --no-index .

FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 1000 scriptorium
COPY --from=build /opt/scriptorium /opt/scriptorium
# Outside of the container nothing is reached but by the port that is published.
ENV PATH=/opt/scriptorium/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SCRIPTORIUM_HOST=0.0.0.0 \
    SCRIPTORIUM_PORT=8000
USER 1000
WORKDIR /home/scriptorium
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-c", \
    "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['SCRIPTORIUM_PORT'] + '/readyz', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["scriptorium", "serve"]
