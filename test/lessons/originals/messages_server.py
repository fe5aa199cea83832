"""Lesson 4: your own protocol, a length in front of each message."""
import socket
import struct
import sys


def receive(stream):
    length = stream.read(4)
    return stream.read(*struct.unpack("!I", length)) if len(length) == 4 else None


sock = socket.create_server((sys.argv[1], int(sys.argv[2])))
while True:
    conn, addr = sock.accept()
    stream = conn.makefile("rwb")
    while (message := receive(stream)) is not None:
        print(message.decode("utf-8"))
        answer = b"got: " + message
        stream.write(struct.pack("!I", len(answer)) + answer)
        stream.flush()
    stream.close()
    conn.close()
