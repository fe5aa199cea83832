"""Lesson 3: a server that asks which transport to serve."""
import sys
from socket import *

ADDR = (sys.argv[1], int(sys.argv[2]))
BUFFSIZE = 1024
MAX_LISTEN = 5


def tcp_server():
    with socket() as s:
        s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        s.bind(ADDR)
        s.listen(MAX_LISTEN)
        while True:
            conn, addr = s.accept()
            print("警告,远端客户:{} 接入系统!!!".format(addr), flush=True)
            with conn:
                while True:
                    data = conn.recv(BUFFSIZE)
                    if not data:
                        break
                    conn.send("服务端接收到信息".encode("utf-8") + data)


def udp_server():
    with socket(type=SOCK_DGRAM) as s:
        s.bind(ADDR)
        while True:
            data, addr = s.recvfrom(BUFFSIZE)
            if not data:
                break
            s.sendto("i am udp,i got it".encode("utf-8"), addr)


while True:
    choice = input("input choice t-tcp or u-udp:")
    if choice == "t":
        tcp_server()
        break
    if choice == "u":
        udp_server()
        break
    print("please input t or u,ok?")
