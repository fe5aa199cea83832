import socket
import struct
import sys

sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
stream = sock.makefile("rwb")
lines = sys.stdin.read().splitlines()
for line in lines:
    text = line.encode("utf-8")
    stream.write(struct.pack("!I", len(text)) + text)
stream.flush()
for line in lines:
    print(stream.read(*struct.unpack("!I", stream.read(4))).decode("utf-8"))
