"""Speed and memory as ratios against peers, measured in one process and printed.

No test asserts a time: machines differ. Ratios measured in one run are comparable. Libraries read
the number of threads when they are loaded, so it is set here, before any of them is.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault(
    "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)
