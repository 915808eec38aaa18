"""What the measuring commands share, by the names that the small ones use."""

from .command import JAR, OUT, PERF, ROOT, SAMPLE, Problem, find_java, need, need_jar, run, run_main, say
from .generators import Levels, run_wrk
from .machine import describe_machine, machine_text
from .servers import Server, accepts, free_port, request, start_redis, work_directory
from .tables import markdown_table, write_report
from .usage import CpuWatch, memory
