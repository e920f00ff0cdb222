"""Runs a command on a pseudo-terminal 100 columns wide and copies what it prints there.

usage: terminal.py PATTERN COMMAND...

Presses Ctrl-C once PATTERN has appeared, unless it is empty, and ends with the command's status; after
two minutes it gives up, and the terminal hangs up on the command.
"""
import fcntl
import os
import pty
import re
import signal
import struct
import sys
import termios

pattern, command = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    # What is started in the background inherits that Ctrl-C is ignored.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.environ['TERM'] = 'xterm-256color'
    # Before the program asks for it.
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 30, 100, 0, 0))
    os.execvp(command[0], command)
seen = b''
pressed = not pattern
signal.alarm(120)
while True:
    try:
        some = os.read(terminal, 65536)
    except OSError:
        break
    if not some:
        break
    sys.stdout.buffer.write(some)
    seen += some
    if not pressed and re.search(pattern.encode(), seen):
        pressed = True
        os.write(terminal, b'\x03')
sys.stdout.flush()
status = os.waitpid(pid, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status) & 0xff)
