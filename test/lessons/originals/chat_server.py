"""Lesson 1: a chat over TCP in strict turns. The server speaks first."""
import socket
import sys

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind((sys.argv[1], int(sys.argv[2])))
server.listen(5)
while True:
    connection, address = server.accept()
    while True:
        connection.send(input("服務端:").encode("utf-8"))
        answer = connection.recv(1024).decode("utf-8")
        if answer == "byebye":
            break
        print(answer)
    connection.close()
