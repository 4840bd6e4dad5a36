"""Speed and memory as ratios against peers, measured in one process and printed.

Nothing here is asserted by a test: machines differ, ratios in one run do not lie.
"""
