"""Speed and memory as ratios against peers, measured in one process and printed.

Nothing here is asserted by a test: machines differ, ratios in one run do not lie. Libraries read
how many threads they may use when they are loaded, so it is said here, before any of them is.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault(
    "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)
