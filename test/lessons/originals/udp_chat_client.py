import socket
import sys

client = socket.socket(type=socket.SOCK_DGRAM)
server = (sys.argv[1], int(sys.argv[2]))
while True:
    text = input(">>:")
    client.sendto(text.encode("utf-8"), server)
    if text == "bye":
        break
    data, address = client.recvfrom(1024)
    print(data.decode("utf-8"))
client.close()
