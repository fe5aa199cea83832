"""Lesson 2: the communication loop. Many requests on one connection."""
import socket
import sys

sock = socket.socket()
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sock.bind((sys.argv[1], int(sys.argv[2])))
sock.listen(5)
while True:
    conn, addr = sock.accept()
    print(addr, flush=True)
    while True:
        try:
            data = conn.recv(1024)
            if len(data) == 0:
                break
            conn.send(data.upper())
        except Exception as e:
            print(e)
            break
    conn.close()
