"""Lesson 5: one datagram, printed with where it came from."""
import socket
import sys

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[1], int(sys.argv[2])))
print(*s.recvfrom(1024))
s.close()
