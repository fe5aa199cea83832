import socket
import sys

sock = socket.socket(type=socket.SOCK_DGRAM)
while True:
    text = input(">>:")
    if text == "q":
        break
    sock.sendto(text.encode("utf-8"), (sys.argv[1], int(sys.argv[2])))
    print(sock.recv(1024).decode("utf-8"))
sock.close()
