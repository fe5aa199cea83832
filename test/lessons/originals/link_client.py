import socket
import sys

sock = socket.socket()
text = input(">>:")
sock.connect((sys.argv[1], int(sys.argv[2])))
sock.send(text.encode("utf-8"))
print(sock.recv(1024).decode("utf-8"))
sock.close()
