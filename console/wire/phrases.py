"""What messages are mostly made of: the shared dictionary of the content encoding `simpul-zstd`.

A single live edit is little more than its signatures and these words; with them known on both sides it travels in half
the bytes. The bytes belong to the name: another dictionary needs another name.
"""

from __future__ import annotations

ENCODING = "simpul-zstd"
PHRASES = (
    b'"territory":"minute":"revision":1,"sensors":["values":[["quality":[0,0,0,0,0,0,0,0],"simulated":true}],"more":true}'
    b'{"code":"http_4","reason":"retry_after":"forks":[{"territory":"common_n":0,"n":"epoch":"epochs":{'
    b'{\\"device\\":\\"\\",\\"previous\\":[\\"\\",],\\"program\\":\\"simpul \\",\\"pack\\":\\"\\"}'
    b'{\\"priority\\":{\\"agencies\\":[\\"\\",\\"{\\"text\\":\\"{\\"title\\":\\"\\",\\"category\\":\\"\\",\\"place\\":'
    b'\\"\\",\\"lat\\":-\\"lon\\":10{\\"status\\":\\"terverifikasi\\"}didisposisikan\\"}diterima\\"}ditangani\\"}'
    b'selesai\\"}ditutup\\"}diarsipkan\\",\\"reason\\":\\"'
    b'"stream.opened","incident.opened","incident.status","incident.assigned","incident.edited","incident.noted",'
    b'"alarm.acknowledged","refused","chain",0,"known","void","outside","gap","checkpoint",'
    b'{"now":1795,"cursor":"AQEABGT","frames":[{"territory":"source":"simulator","runs":[["32.73.0'
    b'{"now":1795,"answers":[["32.73.01","",1,1,"accepted","",0,""]],"links":[["32.73.",1,[["",1,1]],[[1,1795]]]],'
    b'"heads":[{"territory":"32.73.","epoch":1,"n":1,"hash":"=","signature":"=="}],"cursor":"AQ"}'
    b'{"now":1795,"cursors":{"32.73.":[1,"=",1]},"runs":[["32.73.0","",2,[1795],["incident.status"],[],["-"],[],['
    b'"{\\"status\\":\\"ditangani\\"}"],[],["op-1"],[],[[0,[1,"",[]]]],[],[]]],"checkpoints":[{"territory":"32.73.0",'
    b'"stream":"","seq":1,"hash":"=","signature":"=="}],"since":"AQEA"}'
)
