"""Lesson 1: a chat over UDP; "bye" ends the server before it answers."""
import socket
import sys

server = socket.socket(type=socket.SOCK_DGRAM)
server.bind((sys.argv[1], int(sys.argv[2])))
while True:
    data, address = server.recvfrom(1024)
    text = data.decode("utf-8")
    print("来自%s的消息:%s" % (address, text))
    if text == "bye":
        break
    reply = input() + "," + text.replace("sb", "alexsb")
    server.sendto(reply.encode("utf-8"), address)
server.close()
