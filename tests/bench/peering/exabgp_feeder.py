"""ExaBGP's helper process: passes on commands that come by a socket, says when it began, and for
a whole file also when ExaBGP has acknowledged each of its lines."""

import socket
import sys
import threading
import time

acknowledged = threading.Semaphore(0)


def read_acknowledgements():
    for _ in sys.stdin:
        acknowledged.release()


def main():
    threading.Thread(target=read_acknowledgements, daemon=True).start()
    door = socket.socket(socket.AF_UNIX)
    door.connect(sys.argv[1])
    for order in door.makefile("r"):
        word, rest = order.rstrip("\n").split(" ", 1)
        if word == "line":
            begun = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
            sys.stdout.write(rest + "\n")
            sys.stdout.flush()
            door.sendall(b"%d\n" % begun)
            acknowledged.acquire()
        else:
            door.sendall(b"%d\n" % time.clock_gettime_ns(time.CLOCK_MONOTONIC))
            count = 0
            with open(rest) as lines:
                for line in lines:
                    sys.stdout.write(line)
                    count += 1
            sys.stdout.flush()
            for _ in range(count):
                acknowledged.acquire()
            door.sendall(b"done\n")


main()
