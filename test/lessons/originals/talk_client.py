import socket
import sys

sock = socket.socket()
sock.connect((sys.argv[1], int(sys.argv[2])))
while True:
    text = input(">>:")
    if text == "q":
        break
    sock.send(text.encode("utf-8"))
    print(sock.recv(1024).decode("utf-8"))
sock.close()
