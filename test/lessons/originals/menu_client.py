import sys
from socket import *
from time import ctime

ADDR = (sys.argv[1], int(sys.argv[2]))
BUFFSIZE = 1024


def tcp_client():
    with socket() as s:
        s.connect(ADDR)
        while True:
            data = input(">")
            if data == "q":
                break
            s.send(data.encode("utf-8"))
            print(s.recv(BUFFSIZE).decode("utf-8"))


def udp_client():
    with socket(type=SOCK_DGRAM) as s:
        while True:
            data = input(">")
            if data == "quit":
                break
            s.sendto("[{}]:{}".format(ctime(), data).encode("utf-8"), ADDR)
            answer, addr = s.recvfrom(BUFFSIZE)
            print(answer.decode("utf-8"))


while True:
    choice = input("input choice t-tcp or u-udp or q-quit:")
    if choice == "t":
        tcp_client()
    if choice == "u":
        udp_client()
    if choice == "q":
        break
