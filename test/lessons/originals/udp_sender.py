import socket
import sys

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.sendto(input("text:").encode("utf-8"), (sys.argv[1], int(sys.argv[2])))
s.close()
