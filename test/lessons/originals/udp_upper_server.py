"""Lesson 2: upper case over UDP."""
import socket
import sys

sock = socket.socket(type=socket.SOCK_DGRAM)
sock.bind((sys.argv[1], int(sys.argv[2])))
while True:
    data, addr = sock.recvfrom(1024)
    print(addr, flush=True)
    sock.sendto(data.upper(), addr)
