import socket
import sys

sock = socket.socket()
sock.connect((sys.argv[1], int(sys.argv[2])))
sock.send(b"sb")
print(sock.recv(1024))
sock.close()
