import socket
import sys

client = socket.socket()
client.connect((sys.argv[1], int(sys.argv[2])))
while True:
    print(client.recv(1024).decode("utf-8"))
    text = input("客服端:")
    client.send(text.encode("utf-8"))
    if text == "byebye":
        break
client.close()
