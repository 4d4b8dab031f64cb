<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="id">
<context>
    <name>Acts</name>
    <message>
        <source>Ruang kerja</source>
        <translation>Workspaces</translation>
    </message>
    <message>
        <source>Jendela</source>
        <translation>Window</translation>
    </message>
    <message>
        <source>Buka kejadian di baris alarm</source>
        <translation>Open the incident on the alarm line</translation>
    </message>
    <message>
        <source>Cari apa saja</source>
        <translation>Find anything</translation>
    </message>
    <message>
        <source>Lembar tombol</source>
        <translation>Key sheet</translation>
    </message>
    <message>
        <source>Kembali, lepas pilihan</source>
        <translation>Back, clear selection</translation>
    </message>
    <message>
        <source>Tata letak dikunci</source>
        <translation>Layout locked</translation>
    </message>
    <message>
        <source>Tata letak dapat diubah</source>
        <translation>Layout can be changed</translation>
    </message>
    <message>
        <source>Tata letak dikembalikan</source>
        <translation>Layout reset</translation>
    </message>
    <message>
        <source>Panel berikutnya</source>
        <translation>Next panel</translation>
    </message>
    <message>
        <source>Panel sebelumnya</source>
        <translation>Previous panel</translation>
    </message>
    <message>
        <source>Kunci atau buka tata letak</source>
        <translation>Lock or unlock the layout</translation>
    </message>
    <message>
        <source>Kembalikan tata letak</source>
        <translation>Reset the layout</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>Operator</translation>
    </message>
    <message>
        <source>Sinkron sekarang</source>
        <translation>Sync now</translation>
    </message>
    <message>
        <source>Tutup program</source>
        <translation>Close the program</translation>
    </message>
    <message>
        <source>Masuk</source>
        <translation>Log in</translation>
    </message>
    <message>
        <source>Kunci layar</source>
        <translation>Lock the screen</translation>
    </message>
    <message>
        <source>Keluar (ganti operator)</source>
        <translation>Sign out (change operator)</translation>
    </message>
    <message>
        <source>Ruang ini sudah terdaftar di {0}.</source>
        <translation>This room is already enrolled at {0}.</translation>
    </message>
    <message>
        <source>Daftarkan ruang ke pusat</source>
        <translation>Enrol this room at a centre</translation>
    </message>
    <message>
        <source>Ruang ini sudah terdaftar; I di Sinkron mengimpor bundel.</source>
        <translation>This room is enrolled already; I in Sync imports a bundle.</translation>
    </message>
    <message>
        <source>Daftarkan ruang lewat stik USB</source>
        <translation>Enrol the room by USB stick</translation>
    </message>
</context>
<context>
    <name>AlarmLine</name>
    <message>
        <source>Buka  Alt+Enter</source>
        <translation>Open  Alt+Enter</translation>
    </message>
    <message>
        <source>belum diakui</source>
        <translation>not acknowledged</translation>
    </message>
</context>
<context>
    <name>AloneForm</name>
    <message>
        <source>Kesalahan</source>
        <translation>Error</translation>
    </message>
    <message>
        <source>&amp;Pilih folder…</source>
        <translation>Choose fol&amp;der…</translation>
    </message>
    <message>
        <source>Folder paket kota</source>
        <translation>City pack folder</translation>
    </message>
    <message>
        <source>Paket ini belum dapat dipakai; {0} hal perlu dibetulkan:</source>
        <translation>This pack cannot be used yet; {0} things need mending:</translation>
    </message>
    <message>
        <source>Memeriksa paket…</source>
        <translation>Checking the pack…</translation>
    </message>
    <message>
        <source>Buka ruang mandiri</source>
        <translation>Open a stand-alone room</translation>
    </message>
    <message>
        <source>Balai kota (seluruh kota)</source>
        <translation>City hall (the whole city)</translation>
    </message>
    <message>
        <source>Kec. {0}</source>
        <translation>Kec. {0}</translation>
    </message>
    <message>
        <source>K&amp;ota</source>
        <translation>C&amp;ity</translation>
    </message>
    <message>
        <source>&amp;Ruang untuk</source>
        <translation>&amp;Room for</translation>
    </message>
    <message>
        <source>Atau &amp;folder paket kota lain</source>
        <translation>Or the &amp;folder of another city pack</translation>
    </message>
    <message>
        <source>kosong: kota yang dipilih di atas</source>
        <translation>empty: the city chosen above</translation>
    </message>
    <message>
        <source>Cacat paket kota</source>
        <translation>Faults of the city pack</translation>
    </message>
</context>
<context>
    <name>App</name>
    <message>
        <source>Ruang terdaftar untuk {0}; masuk dengan nama dan sandi dari kota</source>
        <translation>Room enrolled for {0}; log in with the name and password from the city</translation>
    </message>
    <message>
        <source>Demo: {0} sudah masuk sebagai operator contoh; data SIMULASI</source>
        <translation>Demo: {0} is logged in as the sample operator; data is SIMULATED (SIMULASI)</translation>
    </message>
    <message>
        <source>Bahasa berganti saat program dibuka lagi: {0}</source>
        <translation>The language changes when the program is next opened: {0}</translation>
    </message>
    <message>
        <source>Jendela</source>
        <translation>Window</translation>
    </message>
    <message>
        <source>Tema gelap atau terang</source>
        <translation>Dark or light theme</translation>
    </message>
    <message>
        <source>Bahasa Indonesia atau Inggris (English)</source>
        <translation>Indonesian (Bahasa Indonesia) or English</translation>
    </message>
    <message>
        <source>Gerak (memudar) nyala atau mati</source>
        <translation>Motion (fades) on or off</translation>
    </message>
    <message>
        <source>Gerak menyala: yang berubah memudar sebentar</source>
        <translation>Motion on: what changed fades for a moment</translation>
    </message>
    <message>
        <source>Gerak mati: yang berubah langsung berganti</source>
        <translation>Motion off: what changed is replaced at once</translation>
    </message>
</context>
<context>
    <name>AssignSheet</name>
    <message>
        <source>Disposisi · {0}</source>
        <translation>Refer · {0}</translation>
    </message>
    <message>
        <source>Ketik lalu Enter menambah · Enter pada isian kosong menyimpan · Esc batal</source>
        <translation>Type and Enter to add · Enter on an empty field saves · Esc cancels</translation>
    </message>
    <message>
        <source>OPD atau instansi</source>
        <translation>Agency</translation>
    </message>
    <message>
        <source>Disposisi tersimpan di ruang ini</source>
        <translation>Referral saved in this room</translation>
    </message>
    <message>
        <source>Belum ada yang dipilih</source>
        <translation>Nothing chosen yet</translation>
    </message>
</context>
<context>
    <name>AttachSheet</name>
    <message>
        <source>Lampirkan · {0}</source>
        <translation>Attach · {0}</translation>
    </message>
    <message>
        <source>Catatan (boleh kosong)</source>
        <translation>Note (may be empty)</translation>
    </message>
    <message>
        <source>dan {0} berkas lagi</source>
        <translation>and {0} more files</translation>
    </message>
    <message>
        <source>Menyimpan {0} dari {1} · Esc hentikan sisanya</source>
        <translation>Saving {0} of {1} · Esc stops the rest</translation>
    </message>
    <message>
        <source>{0} · Enter coba lagi · Esc tutup</source>
        <translation>{0} · Enter tries again · Esc closes</translation>
    </message>
    <message>
        <source>Enter simpan · Esc batal · yang dilampirkan tidak dapat dihapus</source>
        <translation>Enter saves · Esc cancels · what is attached cannot be removed</translation>
    </message>
    <message>
        <source>menyimpan…</source>
        <translation>saving…</translation>
    </message>
    <message>
        <source>tersimpan di ruang ini</source>
        <translation>saved in this room</translation>
    </message>
</context>
<context>
    <name>Attached</name>
    <message>
        <source>foto</source>
        <translation>photo</translation>
    </message>
    <message>
        <source>dokumen PDF</source>
        <translation>PDF document</translation>
    </message>
    <message>
        <source>teks</source>
        <translation>text</translation>
    </message>
    <message>
        <source>berkas</source>
        <translation>file</translation>
    </message>
    <message>
        <source>{0} tanpa nama</source>
        <translation>unnamed {0}</translation>
    </message>
    <message>
        <source>tersimpan di pusat</source>
        <translation>saved at the centre</translation>
    </message>
    <message>
        <source>tersimpan di ruang ini</source>
        <translation>saved in this room</translation>
    </message>
    <message>
        <source>rusak</source>
        <translation>damaged</translation>
    </message>
    <message>
        <source>belum diunduh · {0}</source>
        <translation>not downloaded yet · {0}</translation>
    </message>
    <message>
        <source>{0} % dari {1}</source>
        <translation>{0} % of {1}</translation>
    </message>
    <message>
        <source>mengunduh {0} %</source>
        <translation>downloading {0} %</translation>
    </message>
    <message>
        <source>diminta · {0}</source>
        <translation>asked for · {0}</translation>
    </message>
    <message>
        <source>Foto dan dokumen</source>
        <translation>Photos and documents</translation>
    </message>
    <message>
        <source>SIMULASI</source>
        <translation>SIMULATION</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Ringkas</source>
        <translation>Less</translation>
    </message>
    <message>
        <source>+{0} lagi</source>
        <translation>+{0} more</translation>
    </message>
</context>
<context>
    <name>BannerRow</name>
    <message>
        <source>Sembunyikan sampai keadaan berubah</source>
        <translation>Hide until this changes</translation>
    </message>
</context>
<context>
    <name>Batch</name>
    <message>
        <source>{0} berkas tersimpan di ruang ini</source>
        <translation>{0} files saved in this room</translation>
    </message>
    <message>
        <source>{0} dari {1} berkas tersimpan di ruang ini</source>
        <translation>{0} of {1} files saved in this room</translation>
    </message>
</context>
<context>
    <name>Budget</name>
    <message>
        <source>saluran lain</source>
        <translation>other links</translation>
    </message>
    <message>
        <source>{0} (dipakai)</source>
        <translation>{0} (in use)</translation>
    </message>
    <message>
        <source>{0}, tanpa batas</source>
        <translation>{0}, no limit</translation>
    </message>
    <message>
        <source>{0} dari {1} · {2} %</source>
        <translation>{0} of {1} · {2} %</translation>
    </message>
</context>
<context>
    <name>BudgetForm</name>
    <message>
        <source>Saluran</source>
        <translation>Link</translation>
    </message>
    <message>
        <source>Per jam</source>
        <translation>Per hour</translation>
    </message>
    <message>
        <source>Per hari</source>
        <translation>Per day</translation>
    </message>
    <message>
        <source>tanpa batas</source>
        <translation>no limit</translation>
    </message>
    <message>
        <source>Simpan  Enter</source>
        <translation>Save  Enter</translation>
    </message>
    <message>
        <source>Batal  Esc</source>
        <translation>Cancel  Esc</translation>
    </message>
    <message>
        <source>Tulis jumlah seperti 500 kB, 5 MB atau 2 GB; kosong berarti tanpa batas.</source>
        <translation>Write an amount such as 500 kB, 5 MB or 2 GB; empty means no limit.</translation>
    </message>
    <message>
        <source>Anggaran bita disimpan di ruang ini</source>
        <translation>Byte budget saved in this room</translation>
    </message>
</context>
<context>
    <name>BudgetSection</name>
    <message>
        <source>Anggaran bita</source>
        <translation>Byte budget</translation>
    </message>
    <message>
        <source>Atur  B</source>
        <translation>Set  B</translation>
    </message>
    <message>
        <source>Jam ini</source>
        <translation>This hour</translation>
    </message>
    <message>
        <source>24 jam</source>
        <translation>24 h</translation>
    </message>
    <message>
        <source>Atur anggaran bita</source>
        <translation>Set the byte budget</translation>
    </message>
    <message>
        <source>Sinkron</source>
        <translation>Sync</translation>
    </message>
    <message>
        <source>Anggaran habis: yang mendesak tetap lewat, bacaan dan wilayah lain menunggu.</source>
        <translation>Budget used up: what is urgent still goes, readings and other territories wait.</translation>
    </message>
    <message>
        <source>{0}: jam ini {1}; 24 jam {2}</source>
        <translation>{0}: this hour {1}; 24 h {2}</translation>
    </message>
</context>
<context>
    <name>Bulletins</name>
    <message>
        <source>Belum ada prakiraan untuk {0}; ini yang lain.</source>
        <translation>No forecast for {0} yet; these are the others.</translation>
    </message>
    <message>
        <source>kini</source>
        <translation>now</translation>
    </message>
    <message>
        <source>{0} kini</source>
        <translation>{0} now</translation>
    </message>
    <message>
        <source>{0} mulai {1}</source>
        <translation>{0} from {1}</translation>
    </message>
    <message>
        <source>Kel. {0}</source>
        <translation>Kel. {0}</translation>
    </message>
    <message>
        <source>berlaku mulai {0}</source>
        <translation>valid from {0}</translation>
    </message>
    <message>
        <source>{0} lalu</source>
        <translation>{0} ago</translation>
    </message>
    <message>
        <source>belum sampai di pusat</source>
        <translation>not at the centre yet</translation>
    </message>
    <message>
        <source>Sumber: {0}</source>
        <translation>Source: {0}</translation>
    </message>
    <message>
        <source>cuaca tidak diketahui</source>
        <translation>weather unknown</translation>
    </message>
    <message>
        <source>cerah</source>
        <translation>clear</translation>
    </message>
    <message>
        <source>cerah berawan</source>
        <translation>partly cloudy</translation>
    </message>
    <message>
        <source>berawan</source>
        <translation>cloudy</translation>
    </message>
    <message>
        <source>berawan tebal</source>
        <translation>overcast</translation>
    </message>
    <message>
        <source>udara kabur</source>
        <translation>haze</translation>
    </message>
    <message>
        <source>asap</source>
        <translation>smoke</translation>
    </message>
    <message>
        <source>petir</source>
        <translation>lightning</translation>
    </message>
    <message>
        <source>kabut</source>
        <translation>fog</translation>
    </message>
    <message>
        <source>hujan ringan</source>
        <translation>light rain</translation>
    </message>
    <message>
        <source>hujan sedang</source>
        <translation>moderate rain</translation>
    </message>
    <message>
        <source>hujan lokal</source>
        <translation>local rain</translation>
    </message>
    <message>
        <source>hujan petir</source>
        <translation>thunderstorm</translation>
    </message>
    <message>
        <source>SIMULASI</source>
        <translation>SIMULASI</translation>
    </message>
    <message>
        <source>dirasakan {0}</source>
        <translation>felt {0}</translation>
    </message>
    <message>
        <source>{0} km dari kota</source>
        <translation>{0} km from the city</translation>
    </message>
    <message>
        <source>kedalaman {0} km</source>
        <translation>depth {0} km</translation>
    </message>
</context>
<context>
    <name>BulletinsPanel</name>
    <message>
        <source>{0} prakiraan lain disembunyikan · Esc lepas saring</source>
        <translation>{0} other forecasts hidden · Esc clears the filter</translation>
    </message>
    <message>
        <source>{0}, 24 jam</source>
        <translation>{0}, 24 h</translation>
    </message>
    <message>
        <source>hujan 12 jam ke depan</source>
        <translation>rain in the next 12 h</translation>
    </message>
    <message>
        <source>Tidak ada peringatan atau prakiraan: ruang ini mandiri dan tidak membaca BMKG.
Daftarkan ke pusat, atau beri ruang ini sumber BMKG.</source>
        <translation>No warnings or forecasts: this room stands alone and does not read BMKG.
Enrol it at the centre, or give this room a BMKG source.</translation>
    </message>
    <message>
        <source>Tidak ada peringatan atau prakiraan yang masih berlaku; yang baru belum sampai dari pusat.
F10 untuk melihat sambungan ke pusat.</source>
        <translation>No warnings or forecasts still valid; newer ones have not arrived from the centre.
F10 shows the connection to the centre.</translation>
    </message>
    <message>
        <source>Belum ada peringatan atau prakiraan: ruang ini belum pernah sinkron.</source>
        <translation>No warnings or forecasts yet: this room has never synced.</translation>
    </message>
    <message>
        <source>Tidak ada peringatan atau prakiraan yang masih berlaku.
BMKG dibaca oleh agen kota.</source>
        <translation>No warnings or forecasts still valid.
The city&apos;s agent reads BMKG.</translation>
    </message>
</context>
<context>
    <name>Bundle</name>
    <message>
        <source>jurnal {0}</source>
        <translation>journal {0}</translation>
    </message>
    <message>
        <source>membuka</source>
        <translation>opening</translation>
    </message>
    <message>
        <source>menyegel</source>
        <translation>sealing</translation>
    </message>
    <message>
        <source>menulis</source>
        <translation>writing</translation>
    </message>
    <message>
        <source>bacaan</source>
        <translation>readings</translation>
    </message>
    <message>
        <source>foto dan dokumen</source>
        <translation>photos and documents</translation>
    </message>
    <message>
        <source>Berkas ini bukan bundel Simpul.</source>
        <translation>This file is not a Simpul bundle.</translation>
    </message>
    <message>
        <source>Bundel ini dari program yang lebih baru: perbarui program, lalu impor lagi.</source>
        <translation>This bundle is from a newer program: update the program, then import it again.</translation>
    </message>
    <message>
        <source>Bundel terpotong: salin ulang berkasnya, atau minta bundel baru.</source>
        <translation>The bundle is cut short: copy the file again, or ask for a new bundle.</translation>
    </message>
    <message>
        <source>Bundel berubah sejak ditandatangani ({0}): jangan dipakai, minta bundel baru.</source>
        <translation>The bundle changed since it was signed ({0}): do not use it, ask for a new one.</translation>
    </message>
    <message>
        <source>Bundel melampaui batas ukuran ({0}): minta bundel yang lebih kecil.</source>
        <translation>The bundle is beyond the size limit ({0}): ask for a smaller one.</translation>
    </message>
    <message>
        <source>Bundel memuat bagian bernama janggal ({0}): jangan dipakai, minta bundel baru.</source>
        <translation>The bundle has a part with an odd name ({0}): do not use it, ask for a new one.</translation>
    </message>
    <message>
        <source>Isi bundel tidak terbaca ({0}): minta bundel baru.</source>
        <translation>What is in the bundle cannot be read ({0}): ask for a new one.</translation>
    </message>
    <message>
        <source>Bundel ini dari kota lain ({0}): bawa ke kota itu.</source>
        <translation>This bundle is from another city ({0}): take it there.</translation>
    </message>
    <message>
        <source>Bundel ini disegel untuk {0}, bukan untuk ruang ini: bawa ke sana.</source>
        <translation>This bundle is sealed to {0}, not to this room: take it there.</translation>
    </message>
    <message>
        <source>Pengirim bundel ini ({0}) tidak terdaftar di kota ini: minta bundel dari ruang yang terdaftar.</source>
        <translation>Who sent this bundle ({0}) is not enrolled in this city: ask a room that is for one.</translation>
    </message>
    <message>
        <source>Sidik kota tidak cocok dengan bundel ini: tanyakan lagi sidiknya kepada pusat.</source>
        <translation>The city's fingerprint does not match this bundle: ask the centre for it again.</translation>
    </message>
    <message>
        <source>Perangkat ini belum disebut di jurnal kota dalam bundel: minta bundel baru setelah didaftarkan.</source>
        <translation>The city's journal in the bundle does not name this device yet: ask for a new bundle once it is enrolled.</translation>
    </message>
    <message>
        <source>Bundel ini tidak membawa paket kota yang sah: minta bundel dari ruang yang memilikinya.</source>
        <translation>This bundle brings no valid city pack: ask a room that has it for one.</translation>
    </message>
    <message>
        <source>Perangkat ini sudah dicabut: bundelnya tidak akan diterima.</source>
        <translation>This device was revoked: nobody will take its bundles.</translation>
    </message>
    <message>
        <source>{0} terdaftar sebelum ada segel: daftarkan ulang dengan program baru, lalu buat bundel lagi.</source>
        <translation>{0} was enrolled before there were seals: enrol it again with the new program, then make the bundle again.</translation>
    </message>
    <message>
        <source>Tidak ada ruang bernama {0}; yang ada: {1}.</source>
        <translation>There is no room called {0}; there are: {1}.</translation>
    </message>
    <message>
        <source>Nama {0} milik beberapa perangkat: sebut nomornya ({1}).</source>
        <translation>Several devices are called {0}: say which by its number ({1}).</translation>
    </message>
    <message>
        <source>Ruang ini tidak menyimpan jurnal {0}.</source>
        <translation>This room holds no journal {0}.</translation>
    </message>
    <message>
        <source>Berkas {0} tidak dapat dibaca: {1}.</source>
        <translation>File {0} cannot be read: {1}.</translation>
    </message>
    <message>
        <source>Bundel tidak dapat ditulis ke {0}: {1}.</source>
        <translation>The bundle cannot be written to {0}: {1}.</translation>
    </message>
    <message>
        <source>Ruang ini tidak dapat mencatat (disk penuh atau hanya-baca): kosongkan disk, lalu impor lagi.</source>
        <translation>This room cannot write (disk full or read-only): free the disk, then import again.</translation>
    </message>
    <message>
        <source>Bundel ini kedaluwarsa sejak {0}; isinya tetap diambil.</source>
        <translation>This bundle is out of date since {0}; what is in it was taken all the same.</translation>
    </message>
    <message>
        <source>Bundel ini bertanggal {0}, di depan jam ruang ini: periksa jam kedua mesin; isinya tetap diambil.</source>
        <translation>This bundle is dated {0}, ahead of this room's clock: check the clocks of both machines; what is in it was taken all the same.</translation>
    </message>
    <message>
        <source>Pengirim {0} sudah dicabut: entrinya sendiri dinilai pusat, bacaan dan tanda terimanya tidak diambil.</source>
        <translation>The sender {0} was revoked: its own entries are the centre's to judge, its readings and receipt were not taken.</translation>
    </message>
    <message>
        <source>Bundel ini sudah pernah diimpor; tidak ada yang terambil dua kali.</source>
        <translation>This bundle was imported before; nothing was taken twice.</translation>
    </message>
    <message>
        <source>Bundel nomor {0} datang setelah nomor {1}; tidak mengapa.</source>
        <translation>Bundle number {0} came after number {1}; no harm done.</translation>
    </message>
    <message>
        <source>Bundel nomor {0} dari {1} belum diimpor di sini.</source>
        <translation>Bundle number {0} from {1} was not imported here yet.</translation>
    </message>
    <message>
        <source>Jurnal {0}: nomor {1} sampai {2} belum ada di sini; impor bundel yang membawanya.</source>
        <translation>Journal {0}: numbers {1} to {2} are not here yet; import the bundle that brings them.</translation>
    </message>
    <message>
        <source>{0} entri menunggu bagian sebelumnya.</source>
        <translation>{0} entries wait for what comes before them.</translation>
    </message>
    <message>
        <source>Jurnal {0}: urutan di bundel berbeda dari yang di sini; entrinya diambil, urutannya tidak.</source>
        <translation>Journal {0}: the order in the bundle is another than here; its entries were taken, its order was not.</translation>
    </message>
    <message>
        <source>Jurnal {0}: urutan lama di bundel tidak ditandatangani pusat dan diabaikan.</source>
        <translation>Journal {0}: an old order in the bundle is not signed by the centre and was ignored.</translation>
    </message>
    <message>
        <source>Jurnal {0}: urutan lama di bundel menunggu entri yang belum ada di sini.</source>
        <translation>Journal {0}: an old order in the bundle waits for entries that are not here yet.</translation>
    </message>
    <message>
        <source>{0} urutan lama tidak muat; ikut bundel berikut setelah tanda terimanya kembali.</source>
        <translation>{0} old orders did not fit; they go with the next bundle once its receipt is back.</translation>
    </message>
    <message>
        <source>Jurnal {0}: pusat memulai urutan baru ({1}); ruang ini mengikutinya, tidak ada entri yang hilang.</source>
        <translation>Journal {0}: the centre began a new order ({1}); this room follows it, no entry is lost.</translation>
    </message>
    <message>
        <source>Jurnal {0}: aliran {1} rusak mulai entri {2} ({3}); yang baik tetap diambil.</source>
        <translation>Journal {0}: stream {1} is broken from entry {2} on ({3}); what is good was taken.</translation>
    </message>
    <message>
        <source>Paket kota baru ({0}) berlaku saat program dibuka lagi.</source>
        <translation>A new city pack ({0}) holds when the program is opened again.</translation>
    </message>
    <message>
        <source>Paket kota di bundel tidak sah dan diabaikan: {0}.</source>
        <translation>The city pack in the bundle is not valid and was passed over: {0}.</translation>
    </message>
    <message>
        <source>Lampiran {0} di bundel bukan yang disebut namanya, atau tidak disebut entri mana pun: tidak diambil.</source>
        <translation>Attachment {0} in the bundle is not what its name says, or no entry names it: it was not taken.</translation>
    </message>
    <message>
        <source>{0} foto atau dokumen tidak muat; ikut bundel berikut.</source>
        <translation>{0} photos or documents do not fit; they go with the next bundle.</translation>
    </message>
    <message>
        <source>Tanda terima tidak dibuat: {0}.</source>
        <translation>No receipt was made: {0}.</translation>
    </message>
    <message>
        <source>Ruang ini tidak memiliki paket kota bertanda tangan; bundel tidak membawanya.</source>
        <translation>This room has no signed city pack; the bundle does not bring one.</translation>
    </message>
    <message>
        <source>{0} terdaftar sebelum ada segel dan tidak dapat membuka bundel ini.</source>
        <translation>{0} was enrolled before there were seals and cannot open this bundle.</translation>
    </message>
    <message>
        <source>Bacaan yang belum sampai di pusat terlalu banyak; sisanya ikut bundel berikut.</source>
        <translation>Too many readings are not at the centre yet; the rest goes with the next bundle.</translation>
    </message>
    <message>
        <source>Bundel ditulis, tetapi tidak tercatat di sini (disk penuh): bundel berikut membawa isi ini lagi.</source>
        <translation>The bundle was written, but not noted here (disk full): the next one brings this again.</translation>
    </message>
    <message>
        <source>Menurut tanda terima terakhir, penerima sudah memiliki semua entri.</source>
        <translation>By its last receipt, the recipient has all entries already.</translation>
    </message>
    <message>
        <source>Ruang ini belum mengenal kota mana pun: isi juga sidik kota, yang diberikan pusat bersama bundel.</source>
        <translation>This room knows no city yet: fill in the city's fingerprint too, which the centre gives with the bundle.</translation>
    </message>
    <message>
        <source>Ruang ini belum terdaftar: pilih Daftarkan ruang ke pusat (Ctrl+K), lewat sambungan atau lewat stik. I mengimpor bundel pertama.</source>
        <translation>This room is not enrolled: choose Enrol the room at the centre (Ctrl+K), over a line or by stick. I imports the first bundle.</translation>
    </message>
</context>
<context>
    <name>BundleForm</name>
    <message>
        <source>Salin lokasi</source>
        <translation>Copy location</translation>
    </message>
    <message>
        <source>Tutup  Esc</source>
        <translation>Close  Esc</translation>
    </message>
    <message>
        <source>Menghentikan…</source>
        <translation>Stopping…</translation>
    </message>
    <message>
        <source>Hentikan  Esc</source>
        <translation>Stop  Esc</translation>
    </message>
    <message>
        <source>Pilih…</source>
        <translation>Choose…</translation>
    </message>
</context>
<context>
    <name>BundlesSection</name>
    <message>
        <source>Bundel (stik USB)</source>
        <translation>Bundles (USB stick)</translation>
    </message>
    <message>
        <source>Untuk / dari</source>
        <translation>For / from</translation>
    </message>
    <message>
        <source>No</source>
        <translation>No</translation>
    </message>
    <message>
        <source>Kapan</source>
        <translation>When</translation>
    </message>
    <message>
        <source>Isi</source>
        <translation>Inside</translation>
    </message>
    <message>
        <source>Berlaku s/d</source>
        <translation>Good until</translation>
    </message>
    <message>
        <source>Tanda terima</source>
        <translation>Receipt</translation>
    </message>
    <message>
        <source>Buat  E</source>
        <translation>Make  E</translation>
    </message>
    <message>
        <source>Impor  I</source>
        <translation>Import  I</translation>
    </message>
    <message>
        <source>Sinkron</source>
        <translation>Sync</translation>
    </message>
    <message>
        <source>Buat bundel untuk stik</source>
        <translation>Make a bundle for a stick</translation>
    </message>
    <message>
        <source>Impor bundel dari stik</source>
        <translation>Import a bundle from a stick</translation>
    </message>
    <message>
        <source>Salin lokasi tanda terima atau bundel</source>
        <translation>Copy where the receipt or bundle lies</translation>
    </message>
    <message>
        <source>Pilih dahulu satu bundel</source>
        <translation>Choose a bundle first</translation>
    </message>
    <message>
        <source>Disalin: {0}</source>
        <translation>Copied: {0}</translation>
    </message>
    <message>
        <source>Belum ada. Bila sambungan putus lama: E menulis bundel bersegel ke stik, I mengambil yang dibawa dari ruang lain dan menulis tanda terimanya.</source>
        <translation>None yet. When the line stays dead: E writes a sealed bundle onto a stick, I takes in what was brought from another room and writes its receipt.</translation>
    </message>
    <message>
        <source>Bundel nomor {0} dari {1} belum diimpor di sini.</source>
        <translation>Bundle number {0} from {1} was not imported here yet.</translation>
    </message>
</context>
<context>
    <name>Chart</name>
    <message>
        <source>ambang belum diatur</source>
        <translation>threshold not set</translation>
    </message>
    <message>
        <source>belum ada nilai pada rentang ini</source>
        <translation>no value in this span yet</translation>
    </message>
    <message>
        <source>menunggu data</source>
        <translation>waiting for data</translation>
    </message>
    <message>
        <source>basi {0}</source>
        <translation>stale {0}</translation>
    </message>
    <message>
        <source>SIMULASI</source>
        <translation>SIMULASI</translation>
    </message>
</context>
<context>
    <name>ChartsPanel</name>
    <message>
        <source>3 jam</source>
        <translation>3 hours</translation>
    </message>
    <message>
        <source>24 jam</source>
        <translation>24 hours</translation>
    </message>
    <message>
        <source>7 hari</source>
        <translation>7 days</translation>
    </message>
    <message>
        <source>rentang dipilih · 0 kembali</source>
        <translation>range chosen · 0 goes back</translation>
    </message>
    <message>
        <source>{0} terakhir</source>
        <translation>last {0}</translation>
    </message>
    <message>
        <source>{0}, tetap</source>
        <translation>{0}, fixed</translation>
    </message>
</context>
<context>
    <name>Clocks</name>
    <message>
        <source>Diakui</source>
        <translation>Acknowledged</translation>
    </message>
    <message>
        <source>Ditanggapi</source>
        <translation>Responded</translation>
    </message>
    <message>
        <source>{0}, dalam {1}</source>
        <translation>{0}, within {1}</translation>
    </message>
    <message>
        <source>lewat {0}</source>
        <translation>{0} over</translation>
    </message>
    <message>
        <source>batas belum diatur</source>
        <translation>no limit set</translation>
    </message>
    <message>
        <source>tidak sempat</source>
        <translation>missed</translation>
    </message>
    <message>
        <source>batas {0}</source>
        <translation>limit {0}</translation>
    </message>
</context>
<context>
    <name>ConflictCard</name>
    <message>
        <source>Buka</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>SIMULASI</source>
        <translation>SIMULASI</translation>
    </message>
</context>
<context>
    <name>ConflictsSection</name>
    <message>
        <source>Perlu diputuskan</source>
        <translation>To decide</translation>
    </message>
    <message>
        <source>Putuskan: sisi {0}</source>
        <translation>Decide: side {0}</translation>
    </message>
    <message>
        <source>Sinkron</source>
        <translation>Sync</translation>
    </message>
    <message>
        <source>Putuskan untuk sisi itu</source>
        <translation>Decide for that side</translation>
    </message>
    <message>
        <source>{0} lagi menyusul setelah ini diputuskan.</source>
        <translation>{0} more follow once these are decided.</translation>
    </message>
    <message>
        <source>Diputuskan; tersimpan di ruang ini</source>
        <translation>Decided; saved in this room</translation>
    </message>
    <message>
        <source>Tidak ada yang perlu diputuskan</source>
        <translation>Nothing is to be decided</translation>
    </message>
</context>
<context>
    <name>CopySaver</name>
    <message>
        <source>Belum ada di ruang ini; buka dahulu agar diminta</source>
        <translation>Not in this room yet; open it first, so that it is asked for</translation>
    </message>
    <message>
        <source>Salinan tersimpan: {0}</source>
        <translation>Copy saved: {0}</translation>
    </message>
    <message>
        <source>Salinan tidak tersimpan: {0}</source>
        <translation>Copy not saved: {0}</translation>
    </message>
</context>
<context>
    <name>Decisions</name>
    <message>
        <source>Perlu diputuskan: {0}</source>
        <translation>To decide: {0}</translation>
    </message>
    <message>
        <source>Yang boleh memutuskan: {0}</source>
        <translation>These may decide: {0}</translation>
    </message>
    <message>
        <source>{0} · berlaku sekarang</source>
        <translation>{0} · stands now</translation>
    </message>
    <message>
        <source>(kosong)</source>
        <translation>(empty)</translation>
    </message>
    <message>
        <source>ruang ini</source>
        <translation>this room</translation>
    </message>
    <message>
        <source>belum sampai di pusat</source>
        <translation>not at the centre yet</translation>
    </message>
</context>
<context>
    <name>DetailPanel</name>
    <message>
        <source>Riwayat</source>
        <translation>History</translation>
    </message>
    <message>
        <source>tindak lanjut</source>
        <translation>follow up</translation>
    </message>
    <message>
        <source>disposisi</source>
        <translation>refer</translation>
    </message>
    <message>
        <source>catatan</source>
        <translation>note</translation>
    </message>
    <message>
        <source>lampirkan</source>
        <translation>attach</translation>
    </message>
    <message>
        <source>lihat lampiran</source>
        <translation>see attachments</translation>
    </message>
    <message>
        <source>kembali</source>
        <translation>back</translation>
    </message>
    <message>
        <source>Perlu diputuskan</source>
        <translation>To decide</translation>
    </message>
    <message>
        <source>Pilih sisi {0}</source>
        <translation>Choose side {0}</translation>
    </message>
    <message>
        <source>Pilih sisi itu</source>
        <translation>Choose that side</translation>
    </message>
    <message>
        <source>Kejadian terpilih</source>
        <translation>Selected incident</translation>
    </message>
    <message>
        <source>Simpan salinan lampiran</source>
        <translation>Save a copy of the attachment</translation>
    </message>
    <message>
        <source>Ke foto dan dokumen</source>
        <translation>To photos and documents</translation>
    </message>
    <message>
        <source>Belum ada lampiran; F melampirkan foto atau berkas</source>
        <translation>Nothing attached yet; F attaches a photo or file</translation>
    </message>
    <message>
        <source>Diputuskan; tersimpan di ruang ini</source>
        <translation>Decided; saved in this room</translation>
    </message>
    <message>
        <source>Kejadian ini belum ada di ruang ini.</source>
        <translation>This incident is not in this room yet.</translation>
    </message>
    <message>
        <source>Pilih kejadian di daftar untuk melihat rinciannya.</source>
        <translation>Select an incident in the list to see its detail.</translation>
    </message>
    <message>
        <source>{0} belum sampai di pusat</source>
        <translation>{0} not at the centre yet</translation>
    </message>
    <message>
        <source>tersimpan di pusat</source>
        <translation>saved at the centre</translation>
    </message>
    <message>
        <source>SIMULASI</source>
        <translation>SIMULASI</translation>
    </message>
    <message>
        <source>dibuka {0}</source>
        <translation>opened {0}</translation>
    </message>
    <message>
        <source>OPD {0}</source>
        <translation>Agencies {0}</translation>
    </message>
    <message>
        <source>belum didisposisikan</source>
        <translation>not referred yet</translation>
    </message>
    <message>
        <source>jurnal {0}</source>
        <translation>journal {0}</translation>
    </message>
    <message>
        <source>Langkah lain  T</source>
        <translation>Other step  T</translation>
    </message>
    <message>
        <source>Disposisi  D</source>
        <translation>Refer  D</translation>
    </message>
    <message>
        <source>Menjadi {0}</source>
        <translation>Mark as {0}</translation>
    </message>
    <message>
        <source>{0} · yang boleh: {1}</source>
        <translation>{0} · these may: {1}</translation>
    </message>
    <message>
        <source>Menjadi {0}; tersimpan di ruang ini</source>
        <translation>Now {0}; saved in this room</translation>
    </message>
</context>
<context>
    <name>DistrictMap</name>
    <message>
        <source>skematis, bukan batas resmi</source>
        <translation>schematic, not official</translation>
    </message>
    <message>
        <source>tanpa data</source>
        <translation>no data</translation>
    </message>
    <message>
        <source>Batas {0}</source>
        <translation>Boundaries {0}</translation>
    </message>
    <message>
        <source>SIMULASI</source>
        <translation>SIMULASI</translation>
    </message>
</context>
<context>
    <name>Enrol</name>
    <message>
        <source>Pusat sedang sibuk atau dipulihkan; coba lagi sebentar lagi.</source>
        <translation>The centre is busy or being restored; try again in a moment.</translation>
    </message>
    <message>
        <source>Pusat menolak pendaftaran ini ({0}); mintalah kode baru ke admin kota.</source>
        <translation>The centre refused this enrolment ({0}); ask the city&apos;s administrator for a new code.</translation>
    </message>
    <message>
        <source>Pusat di {0} tidak terjangkau; periksa alamat dan sambungan.</source>
        <translation>The centre at {0} cannot be reached; check the address and the connection.</translation>
    </message>
    <message>
        <source>Jawaban pusat tidak sampai utuh; periksa sambungan, lalu coba lagi.</source>
        <translation>The centre&apos;s answer did not arrive whole; check the connection, then try again.</translation>
    </message>
    <message>
        <source>Internet palsu: yang menjawab bukan pusat; masuk dahulu ke jaringan ini.</source>
        <translation>Fake internet: what answers is not the centre; log in to this network first.</translation>
    </message>
    <message>
        <source>Yang menjawab di {0} bukan pusat Simpul; periksa alamatnya.</source>
        <translation>What answers at {0} is not a Simpul centre; check the address.</translation>
    </message>
    <message>
        <source>Kode ini dari kota lain, atau salah ketik; periksa kode dan alamat pusat.</source>
        <translation>This code is from another city, or mistyped; check the code and the centre&apos;s address.</translation>
    </message>
    <message>
        <source>Paket kota dari {0} tidak bertanda tangan kota itu; hubungi admin kota.</source>
        <translation>The city pack from {0} is not signed by that city; call the city&apos;s administrator.</translation>
    </message>
    <message>
        <source>Paket kota dari pusat bercacat; kabari admin kota: {1}</source>
        <translation>The city pack from the centre has faults; tell the city&apos;s administrator: {1}</translation>
    </message>
    <message>
        <source>Folder data tidak dapat ditulis; periksa izin dan ruang cakram.</source>
        <translation>The data folder cannot be written; check permissions and disk space.</translation>
    </message>
    <message>
        <source>Dihentikan; lanjutkan kapan saja dengan bundel yang sama.</source>
        <translation>Stopped; go on at any time with the same bundle.</translation>
    </message>
</context>
<context>
    <name>EnrolForm</name>
    <message>
        <source>Kesalahan</source>
        <translation>Error</translation>
    </message>
    <message>
        <source>sudah dipakai; tidak perlu lagi</source>
        <translation>used already; not needed any more</translation>
    </message>
    <message>
        <source>Isi dahulu: {0}.</source>
        <translation>Fill in first: {0}.</translation>
    </message>
    <message>
        <source>Menghubungi pusat…</source>
        <translation>Calling the centre…</translation>
    </message>
    <message>
        <source>Daftarkan ruang</source>
        <translation>Enrol this room</translation>
    </message>
    <message>
        <source>&amp;Alamat pusat</source>
        <translation>Centre&apos;s &amp;address</translation>
    </message>
    <message>
        <source>&amp;Kode sekali pakai</source>
        <translation>One-time &amp;code</translation>
    </message>
    <message>
        <source>&amp;Nama ruang</source>
        <translation>Room&apos;s &amp;name</translation>
    </message>
</context>
<context>
    <name>EnrolSheet</name>
    <message>
        <source>Batal</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>Pendaftaran gagal: {0}</source>
        <translation>Enrolment failed: {0}</translation>
    </message>
    <message>
        <source>Daftarkan ruang ke pusat</source>
        <translation>Enrol this room at a centre</translation>
    </message>
    <message>
        <source>Admin kota memberi alamat pusat dan kode sekali pakai; tanpa sambungan, stik membawa permintaan dan jawabannya. Yang sudah dicatat di ruang ini tetap ada dan ikut dikirim. Setelah terdaftar, masuk dengan nama dan sandi dari kota.</source>
        <translation>The city admin gives the centre's address and a one-time code; without a line, a stick carries the request and its answer. What this room has recorded stays and is sent along. Once enrolled, log in with the name and password from the city.</translation>
    </message>
</context>
<context>
    <name>EnrolWays</name>
    <message>
        <source>Lewat &amp;sambungan</source>
        <translation>Over a &amp;line</translation>
    </message>
    <message>
        <source>Le&amp;wat stik</source>
        <translation>By s&amp;tick</translation>
    </message>
</context>
<context>
    <name>ErrorWindow</name>
    <message>
        <source>Ada yang salah di program</source>
        <translation>Something went wrong in the program</translation>
    </message>
    <message>
        <source>Satu bagian program gagal; yang sudah disimpan tetap tersimpan.</source>
        <translation>One part of the program failed; what was saved stays saved.</translation>
    </message>
    <message>
        <source>Lanjutkan bekerja. Kirim laporan ini ke pengelola program. Terjadi {0} kali.</source>
        <translation>Carry on working. Send this report to whoever maintains the program. Happened {0} times.</translation>
    </message>
    <message>
        <source>Salin laporan</source>
        <translation>Copy report</translation>
    </message>
    <message>
        <source>Tutup</source>
        <translation>Close</translation>
    </message>
</context>
<context>
    <name>ExportForm</name>
    <message>
        <source>Buat bundel  Enter</source>
        <translation>Make bundle  Enter</translation>
    </message>
    <message>
        <source>semua; atau nama, dipisah koma</source>
        <translation>all; or names, with commas between</translation>
    </message>
    <message>
        <source>Untuk</source>
        <translation>For</translation>
    </message>
    <message>
        <source>Jurnal</source>
        <translation>Journals</translation>
    </message>
    <message>
        <source>jam terakhir</source>
        <translation>last hours</translation>
    </message>
    <message>
        <source>hari berlaku</source>
        <translation>days good</translation>
    </message>
    <message>
        <source>Bacaan</source>
        <translation>Readings</translation>
    </message>
    <message>
        <source>Foto dan dokumen</source>
        <translation>Photos and documents</translation>
    </message>
    <message>
        <source>Tulis ke</source>
        <translation>Write to</translation>
    </message>
    <message>
        <source>Isi dahulu ke mana bundel ditulis: folder stik, atau nama berkas.</source>
        <translation>Say first where the bundle is to be written: the stick's folder, or a file's name.</translation>
    </message>
    <message>
        <source>Dihentikan; tidak ada yang ditulis.</source>
        <translation>Stopped; nothing was written.</translation>
    </message>
    <message>
        <source>siapa saja</source>
        <translation>anybody</translation>
    </message>
    <message>
        <source>Bundel nomor {0} untuk {1} ditulis: {2} entri, {3} bingkai bacaan, {5} foto, {4}.</source>
        <translation>Bundle number {0} for {1} is written: {2} entries, {3} frames of readings, {5} photos, {4}.</translation>
    </message>
    <message>
        <source>siapa saja di kota ini</source>
        <translation>anybody in this city</translation>
    </message>
    <message>
        <source>{0} (belum dapat disegel)</source>
        <translation>{0} (cannot be sealed to yet)</translation>
    </message>
    <message>
        <source>tidak ikut</source>
        <translation>left out</translation>
    </message>
    <message>
        <source>gambar kecil saja</source>
        <translation>thumbnails only</translation>
    </message>
    <message>
        <source>semua, utuh</source>
        <translation>all, in full</translation>
    </message>
    <message>
        <source>Belum ada tanda terima dari sana: seluruh isi jurnal ikut.</source>
        <translation>No receipt from there yet: whole journals go along.</translation>
    </message>
    <message>
        <source>Mulai dari tanda terima terakhir, {0}.</source>
        <translation>Begins at the last receipt, {0}.</translation>
    </message>
    <message>
        <source>Tulis bundel ke folder</source>
        <translation>Write the bundle into a folder</translation>
    </message>
</context>
<context>
    <name>FeedsSection</name>
    <message>
        <source>Sumber luar</source>
        <translation>Outside sources</translation>
    </message>
    <message>
        <source>Sumber</source>
        <translation>Source</translation>
    </message>
    <message>
        <source>Terakhir</source>
        <translation>Last</translation>
    </message>
    <message>
        <source>Diterima</source>
        <translation>Taken</translation>
    </message>
    <message>
        <source>Cacat</source>
        <translation>Faults</translation>
    </message>
    <message>
        <source>Ruang ini tidak membaca sumber luar sendiri; data datang dari pusat.</source>
        <translation>This room reads no outside sources itself; data comes from the centre.</translation>
    </message>
    <message>
        <source>tidak ada</source>
        <translation>none</translation>
    </message>
    <message>
        <source>SIMULASI</source>
        <translation>SIMULASI</translation>
    </message>
    <message>
        <source>basi {0}</source>
        <translation>stale {0}</translation>
    </message>
</context>
<context>
    <name>FigureTile</name>
    <message>
        <source>Kejadian terbuka</source>
        <translation>Open incidents</translation>
    </message>
    <message>
        <source>Tanggap pertama (P1–P2)</source>
        <translation>First response (P1–P2)</translation>
    </message>
    <message>
        <source>Dalam batas waktu, 30 hari</source>
        <translation>Within limits, 30 days</translation>
    </message>
    <message>
        <source>Lewat batas waktu</source>
        <translation>Past deadline</translation>
    </message>
    <message>
        <source>Sensor hidup</source>
        <translation>Live sensors</translation>
    </message>
    <message>
        <source>Belum sampai di pusat</source>
        <translation>Not at the centre yet</translation>
    </message>
    <message>
        <source>belum ada kasus</source>
        <translation>no cases yet</translation>
    </message>
    <message>
        <source>target {0}</source>
        <translation>target {0}</translation>
    </message>
    <message>
        <source>dari yang masih terbuka</source>
        <translation>of those still open</translation>
    </message>
    <message>
        <source>tersimpan di ruang ini</source>
        <translation>saved in this room</translation>
    </message>
    <message>
        <source>semua bernomor pusat</source>
        <translation>all numbered by the centre</translation>
    </message>
    <message>
        <source>dibuka per jam, 12 jam</source>
        <translation>opened per hour, 12 h</translation>
    </message>
    <message>
        <source>bicara dalam dua selang</source>
        <translation>heard within two intervals</translation>
    </message>
    <message>
        <source>Tanggapan P1–P2</source>
        <translation>Response P1–P2</translation>
    </message>
    <message>
        <source>Tepat waktu, 30 hari</source>
        <translation>In time, 30 days</translation>
    </message>
    <message>
        <source>per jam, 12 jam</source>
        <translation>per hour, 12 h</translation>
    </message>
    <message>
        <source>dalam 2 selang</source>
        <translation>in 2 intervals</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>Foto dan dokumen (*.jpg *.jpeg *.png *.webp *.pdf *.txt)</source>
        <translation>Photos and documents (*.jpg *.jpeg *.png *.webp *.pdf *.txt)</translation>
    </message>
    <message>
        <source>Semua berkas (*)</source>
        <translation>All files (*)</translation>
    </message>
    <message>
        <source>Lampirkan foto atau berkas</source>
        <translation>Attach a photo or file</translation>
    </message>
    <message>
        <source>Simpan salinan</source>
        <translation>Save a copy</translation>
    </message>
    <message>
        <source>Bundel Simpul (*.simpul)</source>
        <translation>Simpul bundle (*.simpul)</translation>
    </message>
</context>
<context>
    <name>FirstRun</name>
    <message>
        <source>Pusat sudah menerima ruang ini, tetapi paket kotanya belum datang. Lanjutkan.</source>
        <translation>The centre has taken this room in, but its city pack has not come yet. Go on.</translation>
    </message>
    <message>
        <source>Ruang belum dapat dibuat: {0}</source>
        <translation>The room could not be made: {0}</translation>
    </message>
    <message>
        <source>Siapkan ruang ini</source>
        <translation>Set up this room</translation>
    </message>
    <message>
        <source>Di folder data ini belum ada ruang ({0}). Pilih salah satu jalan di bawah.</source>
        <translation>This data folder holds no room yet ({0}). Choose one of the two ways below.</translation>
    </message>
    <message>
        <source>Daftar ke pusat</source>
        <translation>Enrol at a centre</translation>
    </message>
    <message>
        <source>Admin kota memberi alamat dan kodenya.</source>
        <translation>The city&apos;s administrator gives the address and the code.</translation>
    </message>
    <message>
        <source>Pakai sendiri (mandiri)</source>
        <translation>Use it alone (stand-alone)</translation>
    </message>
    <message>
        <source>Semua tersimpan di ruang ini; dapat didaftarkan kapan saja.</source>
        <translation>Everything is saved in this room; it can be enrolled at any time.</translation>
    </message>
    <message>
        <source>Ingin melihat dahulu? Buka dengan --demo: satu kota contoh di komputer ini, semua data SIMULASI.</source>
        <translation>Just want to look? Open with --demo: an example city on this computer, all data SIMULASI.</translation>
    </message>
</context>
<context>
    <name>FolioMap</name>
    <message>
        <source>Peta sedang disiapkan…</source>
        <translation>Preparing the map…</translation>
    </message>
    <message>
        <source>Batas wilayah di paket kota tidak terbaca.</source>
        <translation>The boundaries in the city pack cannot be read.</translation>
    </message>
    <message>
        <source>Mesin peta tidak terpasang lengkap ({0}).</source>
        <translation>The map engine is not fully installed ({0}).</translation>
    </message>
    <message>
        <source>Peta tidak dapat disusun ({0}).</source>
        <translation>The map cannot be built ({0}).</translation>
    </message>
    <message>
        <source>Mesin peta berhenti berulang kali ({0}).</source>
        <translation>The map engine stopped again and again ({0}).</translation>
    </message>
    <message>
        <source>Antrean, daftar dan tren tetap jalan tanpa peta.</source>
        <translation>Queue, lists and trends work on without the map.</translation>
    </message>
    <message>
        <source>Mesin peta (Qt WebEngine) tidak terpasang.</source>
        <translation>The map engine (Qt WebEngine) is not installed.</translation>
    </message>
    <message>
        <source>Peta tidak dijalankan sebagai root; jalankan Simpul sebagai pengguna biasa.</source>
        <translation>The map does not run as root; run Simpul as an ordinary user.</translation>
    </message>
    <message>
        <source>Sistem ini tidak mengizinkan kotak pasir yang diperlukan peta.</source>
        <translation>This system does not allow the sandbox that the map needs.</translation>
    </message>
    <message>
        <source>Peta {0}</source>
        <translation>Map {0}</translation>
    </message>
</context>
<context>
    <name>Given</name>
    <message>
        <source>Gambar tempelan</source>
        <translation>Pasted picture</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Belum masuk</source>
        <translation>Not logged in</translation>
    </message>
    <message>
        <source>Lepas pilihan: {0}</source>
        <translation>Clear selection: {0}</translation>
    </message>
    <message>
        <source>Kec. {0}</source>
        <translation>{0} District</translation>
    </message>
    <message>
        <source>Kejadian P{0} yang terbuka</source>
        <translation>Open P{0} incidents</translation>
    </message>
    <message>
        <source>Sebagian data di layar ini dibuat oleh simulator</source>
        <translation>Some data on this screen comes from a simulator</translation>
    </message>
    <message>
        <source>{0} catatan belum sampai di pusat</source>
        <translation>{0} entries have not reached the centre</translation>
    </message>
    <message>
        <source>; antrean kosong dalam ± {0}</source>
        <translation>; queue empty in about {0}</translation>
    </message>
</context>
<context>
    <name>ImportForm</name>
    <message>
        <source>/media/…/simpul-….simpul</source>
        <translation>/media/…/simpul-….simpul</translation>
    </message>
    <message>
        <source>di sebelah berkas itu</source>
        <translation>beside that file</translation>
    </message>
    <message>
        <source>Tulis tanda terima untuk pengirim</source>
        <translation>Write a receipt for the sender</translation>
    </message>
    <message>
        <source>Berkas</source>
        <translation>File</translation>
    </message>
    <message>
        <source>Tanda terima ke</source>
        <translation>Receipt to</translation>
    </message>
    <message>
        <source>Isi dahulu berkas mana: nama bundel berakhiran .simpul.</source>
        <translation>Say first which file: a bundle's name ends in .simpul.</translation>
    </message>
    <message>
        <source>Dihentikan; yang sudah masuk tetap tersimpan di ruang ini. Impor lagi kapan saja.</source>
        <translation>Stopped; what came in stays saved in this room. Import it again at any time.</translation>
    </message>
    <message>
        <source>Tanda terima</source>
        <translation>Receipt</translation>
    </message>
    <message>
        <source>Bundel nomor {0}</source>
        <translation>Bundle number {0}</translation>
    </message>
    <message>
        <source>{0} dari {1} untuk {2}, {3}.</source>
        <translation>{0} from {1} for {2}, {3}.</translation>
    </message>
    <message>
        <source>Dibuat {0}, berlaku sampai {1}. Tanda tangan dan setiap byte cocok.</source>
        <translation>Made {0}, good until {1}. Signature and every byte match.</translation>
    </message>
    <message>
        <source>{0} dari {1} diimpor: {2} entri baru, {3} bernomor, {4} bingkai bacaan.</source>
        <translation>{0} from {1} imported: {2} new entries, {3} numbered, {4} frames of readings.</translation>
    </message>
    <message>
        <source>{0} foto dan dokumen.</source>
        <translation>{0} photos and documents.</translation>
    </message>
    <message>
        <source>Tanda terima, untuk dibawa kembali: {0}</source>
        <translation>Receipt, to carry back: {0}</translation>
    </message>
    <message>
        <source>{0} jurnal lagi</source>
        <translation>{0} more journals</translation>
    </message>
    <message>
        <source>Sekarang sampai: {0}.</source>
        <translation>Now up to: {0}.</translation>
    </message>
    <message>
        <source>Impor  Enter</source>
        <translation>Import  Enter</translation>
    </message>
    <message>
        <source>Periksa  Enter</source>
        <translation>Check  Enter</translation>
    </message>
    <message>
        <source>Pilih bundel</source>
        <translation>Choose a bundle</translation>
    </message>
</context>
<context>
    <name>IncidentActions</name>
    <message>
        <source>Kejadian terpilih</source>
        <translation>Selected incident</translation>
    </message>
    <message>
        <source>Kejadian baru</source>
        <translation>New incident</translation>
    </message>
    <message>
        <source>Kejadian</source>
        <translation>Incidents</translation>
    </message>
    <message>
        <source>Catatan</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>Tindak lanjut: ubah status</source>
        <translation>Follow-up: change status</translation>
    </message>
    <message>
        <source>Disposisi ke OPD</source>
        <translation>Refer to an agency</translation>
    </message>
    <message>
        <source>Tutup panggilan iseng</source>
        <translation>Close a ghost call</translation>
    </message>
    <message>
        <source>Batalkan tindakan terakhir</source>
        <translation>Undo the last action</translation>
    </message>
    <message>
        <source>Sudah ditangani; tutup lewat T</source>
        <translation>Already being handled; close it with T</translation>
    </message>
    <message>
        <source>Diarsipkan sebagai panggilan iseng; tersimpan di ruang ini</source>
        <translation>Archived as a ghost call; saved in this room</translation>
    </message>
    <message>
        <source>Pilih dahulu satu kejadian</source>
        <translation>Select an incident first</translation>
    </message>
    <message>
        <source>Lampirkan foto atau berkas</source>
        <translation>Attach a photo or file</translation>
    </message>
    <message>
        <source>Lampirkan dari papan klip</source>
        <translation>Attach from the clipboard</translation>
    </message>
    <message>
        <source>Tidak ada gambar atau berkas untuk dilampirkan</source>
        <translation>There is no picture or file to attach</translation>
    </message>
    <message>
        <source>Tutup dahulu formulir yang terbuka, lalu lampirkan lagi</source>
        <translation>Close the open form first, then attach again</translation>
    </message>
</context>
<context>
    <name>IncidentRow</name>
    <message>
        <source>SIMULASI</source>
        <translation>SIMULASI</translation>
    </message>
    <message>
        <source>di ruang ini</source>
        <translation>in this room</translation>
    </message>
    <message>
        <source>perlu diputuskan</source>
        <translation>to be decided</translation>
    </message>
</context>
<context>
    <name>IncidentsPanel</name>
    <message>
        <source>Saring  /</source>
        <translation>Filter  /</translation>
    </message>
    <message>
        <source>Judul, uraian, alamat, catatan, tempat, kategori</source>
        <translation>Title, description, address, notes, place, category</translation>
    </message>
    <message>
        <source>Terbuka</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>Perlu diputuskan</source>
        <translation>To decide</translation>
    </message>
    <message>
        <source>saring</source>
        <translation>filter</translation>
    </message>
    <message>
        <source>baru</source>
        <translation>new</translation>
    </message>
    <message>
        <source>disposisi</source>
        <translation>refer</translation>
    </message>
    <message>
        <source>tindak lanjut</source>
        <translation>follow up</translation>
    </message>
    <message>
        <source>catatan</source>
        <translation>note</translation>
    </message>
    <message>
        <source>panggilan iseng</source>
        <translation>ghost call</translation>
    </message>
    <message>
        <source>Kejadian</source>
        <translation>Incidents</translation>
    </message>
    <message>
        <source>Saring daftar</source>
        <translation>Filter the list</translation>
    </message>
    <message>
        <source>{0} cocok</source>
        <translation>{0} match</translation>
    </message>
    <message>
        <source>{0} terbuka disembunyikan saring</source>
        <translation>{0} open hidden by filter</translation>
    </message>
    <message>
        <source>Tidak ada kejadian yang cocok dengan saringan ini.
Lepas saringan, atau Esc melepas wilayah.</source>
        <translation>No incident matches this filter.
Clear the filter, or Esc clears the place.</translation>
    </message>
    <message>
        <source>Belum ada kejadian di ruang ini.
Ctrl+N mencatat kejadian baru.</source>
        <translation>No incidents in this room yet.
Ctrl+N records a new one.</translation>
    </message>
</context>
<context>
    <name>JournalsSection</name>
    <message>
        <source>Jurnal</source>
        <translation>Journals</translation>
    </message>
    <message>
        <source>Kode</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Epok</source>
        <translation>Epoch</translation>
    </message>
    <message>
        <source>n</source>
        <translation>n</translation>
    </message>
    <message>
        <source>Urutan</source>
        <translation>Order</translation>
    </message>
    <message>
        <source>Dipegang</source>
        <translation>Held</translation>
    </message>
    <message>
        <source>Menunggu</source>
        <translation>Waiting</translation>
    </message>
    <message>
        <source>Diparkir</source>
        <translation>Parked</translation>
    </message>
    <message>
        <source>Tak dihitung</source>
        <translation>Void</translation>
    </message>
    <message>
        <source>Terakhir dibuktikan</source>
        <translation>Last proven</translation>
    </message>
    <message>
        <source>Belum ada jurnal: yang pertama dicatat di sini, atau datang dari pusat.</source>
        <translation>No journal yet: the first is written here, or comes from the centre.</translation>
    </message>
    <message>
        <source>urutan pusat berbeda sejak n {0}</source>
        <translation>the centre's order differs from n {0} on</translation>
    </message>
    <message>
        <source>ruang ini</source>
        <translation>this room</translation>
    </message>
    <message>
        <source>{0} · {1} s/d {2}</source>
        <translation>{0} · {1} up to {2}</translation>
    </message>
    <message>
        <source>{0} jurnal</source>
        <translation>{0} journals</translation>
    </message>
    <message>
        <source>{0} menunggu</source>
        <translation>{0} waiting</translation>
    </message>
    <message>
        <source>{0} diparkir</source>
        <translation>{0} parked</translation>
    </message>
    <message>
        <source>{0} tak dihitung</source>
        <translation>{0} void</translation>
    </message>
    <message>
        <source>{0} kolom tersembunyi</source>
        <translation>{0} columns hidden</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Tombol</source>
        <translation>Keys</translation>
    </message>
</context>
<context>
    <name>Lanes</name>
    <message>
        <source>Kotak keluar ruang ini</source>
        <translation>This room's outbox</translation>
    </message>
    <message>
        <source>Jurnal wilayah sendiri</source>
        <translation>Own territory's journal</translation>
    </message>
    <message>
        <source>Jurnal kota dan peringatan</source>
        <translation>City journal and bulletins</translation>
    </message>
    <message>
        <source>Bacaan terbaru</source>
        <translation>Latest readings</translation>
    </message>
    <message>
        <source>Wilayah lain</source>
        <translation>Other territories</translation>
    </message>
    <message>
        <source>Foto dan berkas</source>
        <translation>Photos and files</translation>
    </message>
    <message>
        <source>Riwayat lama</source>
        <translation>History</translation>
    </message>
    <message>
        <source>anggaran habis</source>
        <translation>budget used up</translation>
    </message>
    <message>
        <source>yang mendesak dahulu</source>
        <translation>what is urgent first</translation>
    </message>
    <message>
        <source>lambat, bergiliran</source>
        <translation>slow, in turns</translation>
    </message>
    <message>
        <source>sambungan putus</source>
        <translation>line cut</translation>
    </message>
    <message>
        <source>internet palsu</source>
        <translation>fake internet</translation>
    </message>
    <message>
        <source>pusat meminta jeda</source>
        <translation>centre asks for a pause</translation>
    </message>
    <message>
        <source>ditolak pusat</source>
        <translation>refused by the centre</translation>
    </message>
    <message>
        <source>disk ruang ini penuh</source>
        <translation>this room's disk is full</translation>
    </message>
    <message>
        <source>belum terdaftar</source>
        <translation>not enrolled</translation>
    </message>
    <message>
        <source>ruang tidak dikenal pusat</source>
        <translation>centre does not know the room</translation>
    </message>
    <message>
        <source>lihat sambungan di atas</source>
        <translation>see the line above</translation>
    </message>
    <message>
        <source>pendaftaran dicabut</source>
        <translation>enrolment revoked</translation>
    </message>
    <message>
        <source>urutan pusat berbeda</source>
        <translation>centre's order differs</translation>
    </message>
    <message>
        <source>menunggu stik</source>
        <translation>waits for a stick</translation>
    </message>
</context>
<context>
    <name>LanesSection</name>
    <message>
        <source>Jalur, yang paling mendesak dahulu</source>
        <translation>Lanes, most urgent first</translation>
    </message>
    <message>
        <source>Jalur</source>
        <translation>Lane</translation>
    </message>
    <message>
        <source>Naik</source>
        <translation>Up</translation>
    </message>
    <message>
        <source>Turun</source>
        <translation>Down</translation>
    </message>
    <message>
        <source>Perkiraan</source>
        <translation>Forecast</translation>
    </message>
    <message>
        <source>Keadaan</source>
        <translation>State</translation>
    </message>
    <message>
        <source>tertahan: {0}</source>
        <translation>held: {0}</translation>
    </message>
    <message>
        <source>berjalan</source>
        <translation>moving</translation>
    </message>
    <message>
        <source>kosong</source>
        <translation>empty</translation>
    </message>
    <message>
        <source>sampai {0}</source>
        <translation>back to {0}</translation>
    </message>
    <message>
        <source>{0} bacaan ditipiskan</source>
        <translation>{0} readings thinned out</translation>
    </message>
</context>
<context>
    <name>Line</name>
    <message>
        <source>langsung</source>
        <translation>live</translation>
    </message>
    <message>
        <source>hemat</source>
        <translation>saving</translation>
    </message>
    <message>
        <source>putus</source>
        <translation>cut</translation>
    </message>
    <message>
        <source>internet palsu</source>
        <translation>false internet</translation>
    </message>
    <message>
        <source>tak dipercaya</source>
        <translation>not trusted</translation>
    </message>
    <message>
        <source>mandiri</source>
        <translation>stand-alone</translation>
    </message>
    <message>
        <source>belum pernah sinkron</source>
        <translation>never synced</translation>
    </message>
    <message>
        <source>kabel</source>
        <translation>cable</translation>
    </message>
    <message>
        <source>Wi-Fi</source>
        <translation>Wi-Fi</translation>
    </message>
    <message>
        <source>modem</source>
        <translation>modem</translation>
    </message>
    <message>
        <source>USB</source>
        <translation>USB</translation>
    </message>
    <message>
        <source>VPN</source>
        <translation>VPN</translation>
    </message>
    <message>
        <source>mesin ini</source>
        <translation>this machine</translation>
    </message>
    <message>
        <source>antrean kosong</source>
        <translation>queue empty</translation>
    </message>
    <message>
        <source>{0} menunggu di ruang ini</source>
        <translation>{0} waiting in this room</translation>
    </message>
    <message>
        <source>antrean kosong dalam ± {0}</source>
        <translation>queue empty in about {0}</translation>
    </message>
    <message>
        <source>Sinkron selesai: {0} terkirim, {1} diterima</source>
        <translation>Sync done: {0} sent, {1} received</translation>
    </message>
    <message>
        <source>Pusat tidak terjangkau.</source>
        <translation>The centre cannot be reached.</translation>
    </message>
    <message>
        <source>Belum selesai, {0}. {1}</source>
        <translation>Not done, {0}. {1}</translation>
    </message>
    <message>
        <source>lewat stik</source>
        <translation>by stick</translation>
    </message>
    <message>
        <source>Ruang ini tidak punya sambungan ke pusat; yang ditulis tersimpan di ruang ini.</source>
        <translation>This room has no line to the centre; what is written is saved in this room.</translation>
    </message>
</context>
<context>
    <name>LastWord</name>
    <message>
        <source>Tutup</source>
        <translation>Close</translation>
    </message>
</context>
<context>
    <name>LineSection</name>
    <message>
        <source>Sambungan ke pusat, 24 jam</source>
        <translation>Line to the centre, 24 h</translation>
    </message>
    <message>
        <source>Daftarkan ruang</source>
        <translation>Enrol the room</translation>
    </message>
    <message>
        <source>Sinkron sekarang  Ctrl+R</source>
        <translation>Sync now  Ctrl+R</translation>
    </message>
    <message>
        <source>belum pernah</source>
        <translation>never</translation>
    </message>
    <message>
        <source>{0} lalu</source>
        <translation>{0} ago</translation>
    </message>
    <message>
        <source>{0} % gagal</source>
        <translation>{0} % fail</translation>
    </message>
    <message>
        <source>{0} md</source>
        <translation>{0} ms</translation>
    </message>
    <message>
        <source>belum terdaftar</source>
        <translation>not enrolled</translation>
    </message>
    <message>
        <source>Ruang ini belum terdaftar di pusat; semua tersimpan hanya di ruang ini.</source>
        <translation>This room is not enrolled at a centre yet; everything is saved in this room only.</translation>
    </message>
    <message>
        <source>Sudah terdaftar, belum pernah sinkron; yang ditulis tersimpan di ruang ini dan menunggu.</source>
        <translation>Enrolled, never synced; what is written is saved in this room and waits.</translation>
    </message>
    <message>
        <source>{0}/dtk</source>
        <translation>{0}/s</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Mode</translation>
    </message>
    <message>
        <source>Kontak terakhir</source>
        <translation>Last contact</translation>
    </message>
    <message>
        <source>Antrean</source>
        <translation>Queue</translation>
    </message>
    <message>
        <source>Pulang-pergi</source>
        <translation>Round trip</translation>
    </message>
    <message>
        <source>Laju</source>
        <translation>Rate</translation>
    </message>
    <message>
        <source>Bita, seluruhnya</source>
        <translation>Bytes in all</translation>
    </message>
    <message>
        <source>Tetangga di LAN</source>
        <translation>Neighbours on the LAN</translation>
    </message>
    <message>
        <source>Pusat</source>
        <translation>Centre</translation>
    </message>
    <message>
        <source>tanpa sambungan</source>
        <translation>no line</translation>
    </message>
    <message>
        <source>Terdaftar tanpa sambungan: yang ditulis tersimpan di ruang ini sampai stik membawanya ke pusat. E menulis bundel, I mengimpor.</source>
        <translation>Enrolled without a line: what is written is saved in this room until a stick takes it to the centre. E writes a bundle, I imports one.</translation>
    </message>
</context>
<context>
    <name>LineStrip</name>
    <message>
        <source>belum ada riwayat: sambungan belum pernah dipakai</source>
        <translation>no history: the line was never used</translation>
    </message>
</context>
<context>
    <name>LoginSheet</name>
    <message>
        <source>Layar dikunci</source>
        <translation>Screen locked</translation>
    </message>
    <message>
        <source>Masuk</source>
        <translation>Log in</translation>
    </message>
    <message>
        <source>Masukkan sandi untuk melanjutkan.</source>
        <translation>Enter the password to go on.</translation>
    </message>
    <message>
        <source>Ruang ini bekerja juga saat sambungan putus; nama dan sandi diperiksa di sini.</source>
        <translation>This room works with the line down, too; name and password are checked here.</translation>
    </message>
    <message>
        <source>Isi nama dan sandi.</source>
        <translation>Enter name and password.</translation>
    </message>
    <message>
        <source>Nama atau sandi tidak cocok. Coba lagi, atau minta admin mengatur sandi baru.</source>
        <translation>Name or password does not match. Try again, or ask the admin to set a new password.</translation>
    </message>
    <message>
        <source>Tidak dapat memeriksa sandi: {0}</source>
        <translation>The password could not be checked: {0}</translation>
    </message>
    <message>
        <source>Memeriksa…</source>
        <translation>Checking…</translation>
    </message>
    <message>
        <source>Kesalahan</source>
        <translation>Error</translation>
    </message>
    <message>
        <source>&amp;Nama</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>&amp;Sandi</source>
        <translation>&amp;Password</translation>
    </message>
    <message>
        <source>Impor bundel dari stik…</source>
        <translation>Import a bundle from a stick…</translation>
    </message>
    <message>
        <source>Di komputer ini belum ada operator yang dikenal; daftarnya datang dari pusat begitu tersambung, atau dengan bundel.</source>
        <translation>No operator is known on this computer yet; the list comes from the centre once connected, or with a bundle.</translation>
    </message>
</context>
<context>
    <name>MapNotice</name>
    <message>
        <source>Coba lagi</source>
        <translation>Try again</translation>
    </message>
</context>
<context>
    <name>MapPanel</name>
    <message>
        <source>terbuka</source>
        <translation>open</translation>
    </message>
    <message>
        <source>kejadian terbuka per kecamatan</source>
        <translation>open incidents per district</translation>
    </message>
    <message>
        <source>umur data {0}</source>
        <translation>data age {0}</translation>
    </message>
    <message>
        <source>{0} tanpa titik</source>
        <translation>{0} without a point</translation>
    </message>
</context>
<context>
    <name>NewIncidentSheet</name>
    <message>
        <source>Kejadian baru</source>
        <translation>New incident</translation>
    </message>
    <message>
        <source>Enter ke isian berikutnya, lalu simpan · Esc batal</source>
        <translation>Enter to the next field, then saves · Esc cancels</translation>
    </message>
    <message>
        <source>Apa yang terjadi</source>
        <translation>What happened</translation>
    </message>
    <message>
        <source>Kategori: ketik beberapa huruf</source>
        <translation>Category: type a few letters</translation>
    </message>
    <message>
        <source>Tempat: kelurahan atau kecamatan</source>
        <translation>Place: kelurahan or kecamatan</translation>
    </message>
    <message>
        <source>Alamat atau patokan (boleh kosong)</source>
        <translation>Address or landmark (may be empty)</translation>
    </message>
    <message>
        <source>Tersimpan di ruang ini</source>
        <translation>Saved in this room</translation>
    </message>
</context>
<context>
    <name>NoteSheet</name>
    <message>
        <source>Catatan · {0}</source>
        <translation>Note · {0}</translation>
    </message>
    <message>
        <source>Enter simpan · Shift+Enter baris baru · Esc batal</source>
        <translation>Enter saves · Shift+Enter new line · Esc cancels</translation>
    </message>
    <message>
        <source>Catatan tersimpan di ruang ini</source>
        <translation>Note saved in this room</translation>
    </message>
</context>
<context>
    <name>Opened</name>
    <message>
        <source>Berkas asli belum ada di ruang ini · {0}</source>
        <translation>The original is not in this room yet · {0}</translation>
    </message>
    <message>
        <source>Berkas di ruang ini rusak dan disisihkan; datang lagi begitu tersambung · {0}</source>
        <translation>The file in this room is damaged and set aside; it comes again once there is a line · {0}</translation>
    </message>
    <message>
        <source>Berkas di ruang ini rusak dan disisihkan; diminta lagi dari pusat · {0}</source>
        <translation>The file in this room is damaged and set aside; asked for again from the centre · {0}</translation>
    </message>
    <message>
        <source>Berkas asli belum ada di ruang ini; diminta dari pusat · {0}</source>
        <translation>The original is not in this room yet; asked for from the centre · {0}</translation>
    </message>
    <message>
        <source>Berkas asli belum ada di ruang ini; datang begitu tersambung · {0}</source>
        <translation>The original is not in this room yet; it comes once there is a line · {0}</translation>
    </message>
    <message>
        <source>Dilampirkan sebagai {0}, isinya {1}.</source>
        <translation>Attached as {0}, contains {1}.</translation>
    </message>
    <message>
        <source>Gambar ini tidak dapat ditampilkan; berkasnya utuh seperti saat dilampirkan. Ctrl+S menyimpan salinan.</source>
        <translation>This picture cannot be shown; the file is intact as it was attached. Ctrl+S saves a copy.</translation>
    </message>
    <message>
        <source>Gambar ini terpotong sejak dilampirkan; sebagian tidak terlihat.</source>
        <translation>This picture was cut short before it was attached; part of it is missing.</translation>
    </message>
    <message>
        <source>Dokumen PDF tidak dibuka di sini. Ctrl+S menyimpan salinan.</source>
        <translation>PDF documents are not opened here. Ctrl+S saves a copy.</translation>
    </message>
    <message>
        <source>Hanya {0} pertama yang ditampilkan; Ctrl+S menyimpan semuanya.</source>
        <translation>Only the first {0} are shown; Ctrl+S saves all of it.</translation>
    </message>
    <message>
        <source>Berkas jenis ini tidak ditampilkan. Ctrl+S menyimpan salinan.</source>
        <translation>Files of this kind are not shown. Ctrl+S saves a copy.</translation>
    </message>
</context>
<context>
    <name>OwnVoid</name>
    <message>
        <source>catatan ruang ini pada “{0}”, {1}</source>
        <translation>what this room wrote about “{0}”, {1}</translation>
    </message>
    <message>
        <source>{0}, dan {1} lagi</source>
        <translation>{0}, and {1} more</translation>
    </message>
</context>
<context>
    <name>PaintedMap</name>
    <message>
        <source>Peta tidak dapat disusun ({0}).</source>
        <translation>The map cannot be built ({0}).</translation>
    </message>
    <message>
        <source>Peta sedang disiapkan…</source>
        <translation>Preparing the map…</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Cari tempat, kejadian, sensor, perintah…</source>
        <translation>Find a place, incident, sensor, command…</translation>
    </message>
    <message>
        <source>kejadian</source>
        <translation>incident</translation>
    </message>
    <message>
        <source>perintah</source>
        <translation>command</translation>
    </message>
    <message>
        <source>sensor</source>
        <translation>sensor</translation>
    </message>
</context>
<context>
    <name>Parcels</name>
    <message>
        <source>siapa saja</source>
        <translation>anybody</translation>
    </message>
    <message>
        <source>n {0}–{1}</source>
        <translation>n {0}–{1}</translation>
    </message>
    <message>
        <source>{0} entri</source>
        <translation>{0} entries</translation>
    </message>
    <message>
        <source>{0} jurnal lagi</source>
        <translation>{0} more journals</translation>
    </message>
    <message>
        <source>ini tanda terima</source>
        <translation>this is a receipt</translation>
    </message>
    <message>
        <source>ditulis untuk pengirim</source>
        <translation>written for the sender</translation>
    </message>
    <message>
        <source>tidak ditulis</source>
        <translation>not written</translation>
    </message>
    <message>
        <source>belum ada</source>
        <translation>none yet</translation>
    </message>
    <message>
        <source>{0} baru</source>
        <translation>{0} new</translation>
    </message>
    <message>
        <source>{0} bingkai bacaan</source>
        <translation>{0} frames of readings</translation>
    </message>
    <message>
        <source>{0} foto dan dokumen</source>
        <translation>{0} photos and documents</translation>
    </message>
    <message>
        <source>tanda terima {0}</source>
        <translation>receipt {0}</translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message>
        <source>kejadian baru</source>
        <translation>new incident</translation>
    </message>
    <message>
        <source>buka</source>
        <translation>open</translation>
    </message>
    <message>
        <source>disposisi</source>
        <translation>refer</translation>
    </message>
    <message>
        <source>tindak lanjut</source>
        <translation>follow up</translation>
    </message>
    <message>
        <source>catatan</source>
        <translation>note</translation>
    </message>
    <message>
        <source>{0} terbuka</source>
        <translation>{0} open</translation>
    </message>
    <message>
        <source>menurut batas waktu</source>
        <translation>by deadline</translation>
    </message>
    <message>
        <source>{0} disembunyikan saring</source>
        <translation>{0} hidden by filter</translation>
    </message>
    <message>
        <source>Esc lepas saring</source>
        <translation>Esc clears the filter</translation>
    </message>
    <message>
        <source>Tidak ada kejadian terbuka di {0}.
Esc untuk melihat semua.</source>
        <translation>No open incidents in {0}.
Esc shows all.</translation>
    </message>
    <message>
        <source>Belum ada data: ruang ini belum pernah sinkron.
F10 untuk melihat sambungan ke pusat.</source>
        <translation>No data yet: this room has never synced.
F10 shows the line to the centre.</translation>
    </message>
    <message>
        <source>Tidak ada kejadian terbuka.
Ctrl+N mencatat kejadian baru.</source>
        <translation>No open incidents.
Ctrl+N records a new one.</translation>
    </message>
</context>
<context>
    <name>RankingPanel</name>
    <message>
        <source>kejadian terbuka, terbanyak dahulu</source>
        <translation>open incidents, most first</translation>
    </message>
    <message>
        <source>{0} dari {1}</source>
        <translation>{0} of {1}</translation>
    </message>
    <message>
        <source>{0} belum diterima</source>
        <translation>{0} not received</translation>
    </message>
</context>
<context>
    <name>Refusals</name>
    <message>
        <source>Peran Anda tidak boleh melakukan ini; yang boleh: {0}.</source>
        <translation>Your role may not do this; these may: {0}.</translation>
    </message>
    <message>
        <source>Masuk dahulu: tekan Ctrl+L.</source>
        <translation>Log in first: press Ctrl+L.</translation>
    </message>
    <message>
        <source>Nama atau kata sandi tidak cocok.</source>
        <translation>Name or password does not match.</translation>
    </message>
    <message>
        <source>Kejadian ini belum ada di ruang ini.</source>
        <translation>This incident is not in this room yet.</translation>
    </message>
    <message>
        <source>Kategori tidak ada dalam paket kota; pilih dari daftar.</source>
        <translation>The category is not in the city pack; choose from the list.</translation>
    </message>
    <message>
        <source>Wilayah tidak ada dalam paket kota; pilih dari daftar.</source>
        <translation>The place is not in the city pack; choose from the list.</translation>
    </message>
    <message>
        <source>Tulis dahulu judul kejadian.</source>
        <translation>Write the incident&apos;s title first.</translation>
    </message>
    <message>
        <source>Catatan masih kosong.</source>
        <translation>The note is still empty.</translation>
    </message>
    <message>
        <source>Keadaan ini tidak dapat dipilih sekarang.</source>
        <translation>This status cannot be chosen now.</translation>
    </message>
    <message>
        <source>Isian ini tidak ada pada kejadian.</source>
        <translation>Incidents have no such field.</translation>
    </message>
    <message>
        <source>Perangkat daerah ini tidak ada pada hari ini; pilih dari daftar.</source>
        <translation>This agency does not exist today; choose from the list.</translation>
    </message>
    <message>
        <source>Kejadian ini milik {0}; ruang ini hanya mencatat di jurnalnya sendiri.</source>
        <translation>This incident belongs to {0}; this room writes only in its own journal.</translation>
    </message>
    <message>
        <source>Disk penuh atau terkunci: kosongkan ruang disk, lalu ulangi. Yang sudah tersimpan tetap aman.</source>
        <translation>Disk full or locked: free some space and repeat. What was saved is safe.</translation>
    </message>
    <message>
        <source>Berkas ruang ini dari program yang lebih baru: perbarui program untuk mencatat.</source>
        <translation>This room&apos;s file is from a newer program: update the program to write.</translation>
    </message>
    <message>
        <source>Folder data tidak dapat ditulis: periksa izinnya, lalu buka program ini lagi.</source>
        <translation>The data folder cannot be written: check its permissions, then open this program again.</translation>
    </message>
    <message>
        <source>Ruang ini belum terdaftar di pusat.</source>
        <translation>This room is not enrolled at the centre.</translation>
    </message>
    <message>
        <source>Tidak ada yang dapat dibatalkan.</source>
        <translation>There is nothing to undo.</translation>
    </message>
    <message>
        <source>Sudah berubah lagi sesudahnya; tidak ada yang dibatalkan.</source>
        <translation>It has changed again since; nothing was undone.</translation>
    </message>
    <message>
        <source>Entri ini tidak ada di antara yang tidak dihitung.</source>
        <translation>This entry is not among those that do not count.</translation>
    </message>
    <message>
        <source>Entri ini sudah diakui sebelumnya.</source>
        <translation>This entry was adopted before.</translation>
    </message>
    <message>
        <source>Hanya entri tentang kejadian yang dapat diakui.</source>
        <translation>Only entries about incidents can be adopted.</translation>
    </message>
    <message>
        <source>Berkas jenis ini tidak dapat dilampirkan; yang dapat: foto (JPEG, PNG, WebP), PDF, dan teks biasa.</source>
        <translation>Files of this kind cannot be attached; these can: photos (JPEG, PNG, WebP), PDF and plain text.</translation>
    </message>
    <message>
        <source>Berkas terlalu besar; paling besar {0} MB.</source>
        <translation>The file is too big; at most {0} MB.</translation>
    </message>
    <message>
        <source>Berkas tidak dapat dibaca; periksa apakah masih ada dan boleh dibuka.</source>
        <translation>The file cannot be read; check that it is still there and may be opened.</translation>
    </message>
    <message>
        <source>Gambar terlalu luas; perkecil menjadi di bawah {0} juta piksel.</source>
        <translation>The picture has too many pixels; make it smaller than {0} million.</translation>
    </message>
    <message>
        <source>Teks terlalu panjang; ringkas menjadi di bawah {0} huruf.</source>
        <translation>The text is too long; shorten it to under {0} characters.</translation>
    </message>
</context>
<context>
    <name>RefusedSection</name>
    <message>
        <source>Ditolak pusat</source>
        <translation>Refused by the centre</translation>
    </message>
    <message>
        <source>Kejadian</source>
        <translation>Incident</translation>
    </message>
    <message>
        <source>Catatan</source>
        <translation>Entries</translation>
    </message>
    <message>
        <source>Oleh</source>
        <translation>By</translation>
    </message>
    <message>
        <source>Sebab</source>
        <translation>Reason</translation>
    </message>
    <message>
        <source>Yang perlu dilakukan</source>
        <translation>What to do</translation>
    </message>
    <message>
        <source>Semua tetap tersimpan di ruang ini; catatan lain terus dikirim. Enter membuka kejadiannya.</source>
        <translation>All of it stays saved in this room; other entries go on. Enter opens the incident.</translation>
    </message>
    <message>
        <source>ruang ini</source>
        <translation>this room</translation>
    </message>
    <message>
        <source>jurnal {0}</source>
        <translation>journal {0}</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Cari, perintah…</source>
        <translation>Find, command…</translation>
    </message>
    <message>
        <source>Cari…</source>
        <translation>Find…</translation>
    </message>
    <message>
        <source>Cari tempat, kejadian, sensor, perintah…</source>
        <translation>Find a place, incident, sensor, command…</translation>
    </message>
</context>
<context>
    <name>Section</name>
    <message>
        <source>{0} kolom tersembunyi: pilih baris untuk membacanya</source>
        <translation>{0} columns hidden: choose a row to read them</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>Sudah masuk: {0}</source>
        <translation>Already logged in: {0}</translation>
    </message>
    <message>
        <source>{0} tidak bersandi; layar tidak dikunci.</source>
        <translation>{0} has no password; the screen is not locked.</translation>
    </message>
</context>
<context>
    <name>StateSheet</name>
    <message>
        <source>Tindak lanjut · {0}</source>
        <translation>Follow-up · {0}</translation>
    </message>
    <message>
        <source>Angka memilih · Enter simpan · Esc batal</source>
        <translation>Number chooses · Enter saves · Esc cancels</translation>
    </message>
    <message>
        <source>Alasan</source>
        <translation>Reason</translation>
    </message>
    <message>
        <source>Menjadi {0}; tersimpan di ruang ini</source>
        <translation>Now {0}; saved in this room</translation>
    </message>
    <message>
        <source>yang boleh: {0}</source>
        <translation>these may: {0}</translation>
    </message>
</context>
<context>
    <name>States</name>
    <message>
        <source>Beberapa</source>
        <translation>Several</translation>
    </message>
    <message>
        <source>Ruang ini belum punya paket kota.</source>
        <translation>This room has no city pack yet.</translation>
    </message>
    <message>
        <source>Pilih atau impor paket kota</source>
        <translation>Choose or import a city pack</translation>
    </message>
    <message>
        <source>Ruang ini belum didaftarkan ke pusat; semua tersimpan hanya di ruang ini.</source>
        <translation>This room is not enrolled at a centre; everything is saved in this room only.</translation>
    </message>
    <message>
        <source>Sudah terdaftar, belum pernah sinkron; daftar kejadian belum lengkap.</source>
        <translation>Enrolled, never synced; the list of incidents is not complete.</translation>
    </message>
    <message>
        <source>Periksa sambungan</source>
        <translation>Check the connection</translation>
    </message>
    <message>
        <source>Menunggu data pertama dari pusat dan sumber luar.</source>
        <translation>Waiting for first data from the centre and outside sources.</translation>
    </message>
    <message>
        <source>Belum ada operator yang masuk; ruang ini hanya dapat dilihat.</source>
        <translation>No operator is logged in; this room is view-only.</translation>
    </message>
    <message>
        <source>Masuk</source>
        <translation>Log in</translation>
    </message>
    <message>
        <source>Layar dikunci.</source>
        <translation>The screen is locked.</translation>
    </message>
    <message>
        <source>Cakram hampir penuh; cadangan ruang sudah dipakai agar pencatatan tetap jalan.</source>
        <translation>Disk nearly full; reserved space was given up so that recording goes on.</translation>
    </message>
    <message>
        <source>Kosongkan ruang di cakram</source>
        <translation>Free some disk space</translation>
    </message>
    <message>
        <source>Cakram penuh; ruang ini hanya dapat dilihat dan tidak ada yang hilang.</source>
        <translation>Disk full; this room is view-only and nothing is lost.</translation>
    </message>
    <message>
        <source>Daftarkan ruang ke pusat</source>
        <translation>Enrol this room at a centre</translation>
    </message>
    <message>
        <source>Kosongkan ruang di cakram; ruang melanjutkan sendiri</source>
        <translation>Free some disk space; the room goes on by itself</translation>
    </message>
    <message>
        <source>Berkas data dibuat oleh versi yang lebih baru; ruang ini hanya dapat dilihat.</source>
        <translation>The data file was made by a newer version; this room is view-only.</translation>
    </message>
    <message>
        <source>Perbarui program</source>
        <translation>Update the program</translation>
    </message>
    <message>
        <source>Folder data tidak dapat ditulis; ruang ini hanya dapat dilihat.</source>
        <translation>The data folder cannot be written; this room is view-only.</translation>
    </message>
    <message>
        <source>Periksa izin folder data, lalu buka program ini lagi</source>
        <translation>Check the data folder&apos;s permissions, then open this program again</translation>
    </message>
    <message>
        <source>Sambungan lambat; data dikirim hemat dan berurut.</source>
        <translation>The connection is slow; data goes sparingly and in order.</translation>
    </message>
    <message>
        <source>Sumber {0} sudah lama tidak menjawab.</source>
        <translation>Source {0} has not answered for long.</translation>
    </message>
    <message>
        <source>Lihat sumber</source>
        <translation>See the source</translation>
    </message>
    <message>
        <source>{0} kejadian perlu diputuskan: dua tempat mengubah hal yang sama tanpa saling tahu.</source>
        <translation>{0} incidents to decide: two places changed the same thing without knowing of each other.</translation>
    </message>
    <message>
        <source>Putuskan</source>
        <translation>Decide</translation>
    </message>
    <message>
        <source>Peta tidak tersedia ({0}); daftar dan grafik tetap jalan.</source>
        <translation>The map is not available ({0}); lists and charts work on.</translation>
    </message>
    <message>
        <source>Huruf Inter tidak ada di komputer ini; huruf lain dipakai.</source>
        <translation>The font Inter is not on this computer; another stands in.</translation>
    </message>
    <message>
        <source>Pasang paket fonts-inter</source>
        <translation>Install the package fonts-inter</translation>
    </message>
    <message>
        <source>Tersimpan dan bernomor, tetapi tidak dihitung: {0}.</source>
        <translation>Kept and numbered, but not counted: {0}.</translation>
    </message>
    <message>
        <source>Lihat; {0} dapat mengakuinya</source>
        <translation>Look; {0} may adopt it</translation>
    </message>
    <message>
        <source>Terdaftar tanpa sambungan: yang ditulis di sini menunggu dibawa stik ke pusat.</source>
        <translation>Enrolled without a line: what is written here waits for a stick to take it to the centre.</translation>
    </message>
    <message>
        <source>Buat atau impor bundel</source>
        <translation>Make or import a bundle</translation>
    </message>
</context>
<context>
    <name>StickForm</name>
    <message>
        <source>Kesalahan</source>
        <translation>Fault</translation>
    </message>
    <message>
        <source>sudah dikenal</source>
        <translation>known already</translation>
    </message>
    <message>
        <source>Permintaan perangkat {0} ditulis ke {1}. Bawa ke pusat; admin kota mendaftarkannya, lalu mengirim kembali sebuah bundel dan sidik kota.</source>
        <translation>The request of device {0} is written to {1}. Take it to the centre; the city admin enrols it and sends back a bundle and the city's fingerprint.</translation>
    </message>
    <message>
        <source>Mengimpor… {0} %</source>
        <translation>Importing… {0} %</translation>
    </message>
    <message>
        <source>Terdaftar. Bundel nomor {0} dari {1}: {2} entri.</source>
        <translation>Enrolled. Bundle number {0} from {1}: {2} entries.</translation>
    </message>
    <message>
        <source>Tanda terima, untuk dibawa kembali: {0}</source>
        <translation>The receipt, to be carried back: {0}</translation>
    </message>
    <message>
        <source>Memeriksa…</source>
        <translation>Checking…</translation>
    </message>
    <message>
        <source>Daftarkan dari bundel</source>
        <translation>Enrol from the bundle</translation>
    </message>
    <message>
        <source>Isi dahulu: {0}.</source>
        <translation>Fill in first: {0}.</translation>
    </message>
    <message>
        <source>&amp;Nama ruang</source>
        <translation>Room &amp;name</translation>
    </message>
    <message>
        <source>folder stik, atau nama berkas</source>
        <translation>the stick's folder, or a file name</translation>
    </message>
    <message>
        <source>&amp;Bundel yang kembali dari pusat</source>
        <translation>&amp;Bundle that came back from the centre</translation>
    </message>
    <message>
        <source>S&amp;idik kota</source>
        <translation>City's f&amp;ingerprint</translation>
    </message>
    <message>
        <source>Buka ruang</source>
        <translation>Open the room</translation>
    </message>
    <message>
        <source>Tulis permintaan ke folder</source>
        <translation>Write the request to a folder</translation>
    </message>
    <message>
        <source>Pilih bundel</source>
        <translation>Choose a bundle</translation>
    </message>
    <message>
        <source>Tulis</source>
        <translation>Write</translation>
    </message>
    <message>
        <source>Per&amp;mintaan ke pusat, ditulis ke</source>
        <translation>Re&amp;quest to the centre, written to</translation>
    </message>
</context>
<context>
    <name>Story</name>
    <message>
        <source>ruang ini</source>
        <translation>this room</translation>
    </message>
    <message>
        <source>tidak dihitung: {0}</source>
        <translation>void: {0}</translation>
    </message>
    <message>
        <source>belum sampai di pusat</source>
        <translation>not at the centre yet</translation>
    </message>
    <message>
        <source>dibuka</source>
        <translation>opened</translation>
    </message>
    <message>
        <source>catatan</source>
        <translation>note</translation>
    </message>
    <message>
        <source>pelapor dicatat</source>
        <translation>caller recorded</translation>
    </message>
    <message>
        <source>diputuskan</source>
        <translation>decided</translation>
    </message>
    <message>
        <source>diperbaiki</source>
        <translation>corrected</translation>
    </message>
    <message>
        <source>disposisi</source>
        <translation>refer</translation>
    </message>
    <message>
        <source>status</source>
        <translation>status</translation>
    </message>
    <message>
        <source>dibatalkan</source>
        <translation>undone</translation>
    </message>
    <message>
        <source>entri yang tidak dihitung diakui</source>
        <translation>an entry that did not count was adopted</translation>
    </message>
    <message>
        <source>melampirkan {0} {1}</source>
        <translation>attached {0} {1}</translation>
    </message>
    <message>
        <source>{0} catatan di riwayat ini tersimpan, tetapi tidak dihitung: {1}. Yang boleh mengakuinya: {2} (F10, U).</source>
        <translation>Kept in this history but not counted: {0} ({1}). Who may adopt: {2} (F10, U).</translation>
    </message>
    <message>
        <source>diakui dan dihitung; semula {0}</source>
        <translation>adopted and counted; at first {0}</translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message>
        <source>belum diterima</source>
        <translation>not received</translation>
    </message>
    <message>
        <source>kontak {0} lalu</source>
        <translation>contact {0} ago</translation>
    </message>
</context>
<context>
    <name>SyncPanel</name>
    <message>
        <source>Tidak ada yang menunggu Anda. Di sini muncul: dua nilai yang ditulis tanpa saling tahu, catatan yang ditolak pusat, dan entri yang tidak dihitung.</source>
        <translation>Nothing waits for you. Here appear: two values written without knowing of each other, entries that the centre refuses, and entries that do not count.</translation>
    </message>
</context>
<context>
    <name>TimeBar</name>
    <message>
        <source>langsung</source>
        <translation>live</translation>
    </message>
    <message>
        <source>3 j</source>
        <translation>3 h</translation>
    </message>
    <message>
        <source>24 j</source>
        <translation>24 h</translation>
    </message>
    <message>
        <source>7 hr</source>
        <translation>7 d</translation>
    </message>
</context>
<context>
    <name>Times</name>
    <message>
        <source>{0} dtk</source>
        <translation>{0} s</translation>
    </message>
    <message>
        <source>{0} mnt</source>
        <translation>{0} min</translation>
    </message>
    <message>
        <source>{0} j {1:02}</source>
        <translation>{0} h {1:02}</translation>
    </message>
    <message>
        <source>{0} j</source>
        <translation>{0} h</translation>
    </message>
    <message>
        <source>{0} hari</source>
        <translation>{0} d</translation>
    </message>
    <message>
        <source>sisa {0}</source>
        <translation>{0} left</translation>
    </message>
    <message>
        <source>lewat {0}</source>
        <translation>{0} over</translation>
    </message>
    <message>
        <source>Sen Sel Rab Kam Jum Sab Min</source>
        <translation>Mon Tue Wed Thu Fri Sat Sun</translation>
    </message>
    <message>
        <source>Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des</source>
        <translation>Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec</translation>
    </message>
</context>
<context>
    <name>TrendsPanel</name>
    <message>
        <source>kota</source>
        <translation>city</translation>
    </message>
    <message>
        <source>kecamatan</source>
        <translation>kecamatan</translation>
    </message>
    <message>
        <source>Wilayah: ketik beberapa huruf</source>
        <translation>Place: type a few letters</translation>
    </message>
    <message>
        <source>Centang sensor di kiri untuk melihat grafiknya.</source>
        <translation>Tick sensors on the left to see their charts.</translation>
    </message>
    <message>
        <source>baca</source>
        <translation>read</translation>
    </message>
    <message>
        <source>perbesar</source>
        <translation>zoom</translation>
    </message>
    <message>
        <source>kembali</source>
        <translation>back</translation>
    </message>
    <message>
        <source>Langsung</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>3 jam</source>
        <translation>3 hours</translation>
    </message>
    <message>
        <source>24 jam</source>
        <translation>24 hours</translation>
    </message>
    <message>
        <source>7 hari</source>
        <translation>7 days</translation>
    </message>
    <message>
        <source>Tren</source>
        <translation>Trends</translation>
    </message>
    <message>
        <source>{0} sensor</source>
        <translation>{0} sensors</translation>
    </message>
    <message>
        <source>{0} disembunyikan: paling banyak {1}</source>
        <translation>{0} hidden: at most {1}</translation>
    </message>
</context>
<context>
    <name>Trouble</name>
    <message>
        <source>tanggal tidak terbaca</source>
        <translation>date cannot be read</translation>
    </message>
    <message>
        <source>beberapa</source>
        <translation>several</translation>
    </message>
    <message>
        <source>Beberapa</source>
        <translation>Several</translation>
    </message>
    <message>
        <source>Pendaftaran ruang ini dicabut pusat; catatan tetap tersimpan di ruang ini saja.</source>
        <translation>The centre has revoked this room&apos;s enrolment; entries stay saved in this room only.</translation>
    </message>
    <message>
        <source>Hubungi admin kota</source>
        <translation>Contact the city admin</translation>
    </message>
    <message>
        <source>Pusat tidak mengenal lagi ruang ini; {0} menunggu, semua tersimpan di ruang ini.</source>
        <translation>The centre no longer knows this room; {0} waiting, everything is saved in this room.</translation>
    </message>
    <message>
        <source>Minta kode baru ke admin kota, lalu daftarkan lagi</source>
        <translation>Ask the city admin for a new code, then enrol again</translation>
    </message>
    <message>
        <source>Urutan di pusat tidak sama dengan ruang ini; sinkron dihentikan, semua tersimpan di ruang ini.</source>
        <translation>The centre&apos;s order differs from this room&apos;s; sync has stopped, everything is saved in this room.</translation>
    </message>
    <message>
        <source>Pusat sedang dipulihkan; semua tersimpan di ruang ini.</source>
        <translation>The centre is recovering; everything is saved in this room.</translation>
    </message>
    <message>
        <source>Tidak perlu apa-apa; pengiriman melanjutkan sendiri</source>
        <translation>Nothing to do; sending goes on by itself</translation>
    </message>
    <message>
        <source>Jam komputer ini menunjukkan {0} dan kemungkinan salah, maka bukti diri pusat tampak tidak berlaku.</source>
        <translation>This computer&apos;s clock says {0} and is probably wrong, so the centre&apos;s proof of who it is looks invalid.</translation>
    </message>
    <message>
        <source>Betulkan tanggal dan jam komputer; sambungan pulih sendiri</source>
        <translation>Set the computer&apos;s date and time; the connection comes back by itself</translation>
    </message>
    <message>
        <source>Yang menjawab di alamat pusat tidak terbukti pusat: penerbit sertifikatnya tidak dikenal.</source>
        <translation>What answers at the centre&apos;s address does not prove to be the centre: the issuer of its certificate is unknown.</translation>
    </message>
    <message>
        <source>Ganti jaringan; bila kota memakai CA sendiri, pasang: simpul enrol --ca BERKAS</source>
        <translation>Change network; if the city has its own CA, install it: simpul enrol --ca FILE</translation>
    </message>
    <message>
        <source>Yang menjawab di alamat pusat membawa sertifikat untuk alamat lain; tidak dipercaya.</source>
        <translation>What answers at the centre&apos;s address carries a certificate for another address; it is not trusted.</translation>
    </message>
    <message>
        <source>Periksa alamat pusat dan jaringan; kabari admin kota</source>
        <translation>Check the centre&apos;s address and the network; tell the city admin</translation>
    </message>
    <message>
        <source>Sertifikat pusat habis masa berlakunya ({0}); semua tersimpan di ruang ini.</source>
        <translation>The centre&apos;s certificate has expired ({0}); everything is saved in this room.</translation>
    </message>
    <message>
        <source>Kabari admin kota: sertifikat pusat perlu diperbarui</source>
        <translation>Tell the city admin: the centre&apos;s certificate needs renewing</translation>
    </message>
    <message>
        <source>Sertifikat pusat belum berlaku ({0}), atau jam komputer ini terlambat.</source>
        <translation>The centre&apos;s certificate is not valid yet ({0}), or this computer&apos;s clock is behind.</translation>
    </message>
    <message>
        <source>Periksa tanggal dan jam komputer; bila benar, kabari admin kota</source>
        <translation>Check the computer&apos;s date and time; if they are right, tell the city admin</translation>
    </message>
    <message>
        <source>Yang menjawab di alamat pusat tidak memakai sambungan aman (TLS); tidak dipercaya.</source>
        <translation>What answers at the centre&apos;s address does not use a secure connection (TLS); it is not trusted.</translation>
    </message>
    <message>
        <source>Internet palsu: yang menjawab bukan pusat (halaman masuk Wi-Fi?); {0} menunggu.</source>
        <translation>False internet: what answers is not the centre (a Wi-Fi log-in page?); {0} waiting.</translation>
    </message>
    <message>
        <source>Masuk ke jaringan itu lewat peramban, atau ganti jaringan</source>
        <translation>Log in to that network in a browser, or change network</translation>
    </message>
    <message>
        <source>Jawaban pusat tidak dapat dipakai, maka tidak diambil; semua tersimpan di ruang ini.</source>
        <translation>The centre&apos;s answer cannot be used and was not taken; everything is saved in this room.</translation>
    </message>
    <message>
        <source>Dicoba lagi sendiri; bila lama, kabari admin kota</source>
        <translation>It is tried again by itself; if it lasts, tell the city admin</translation>
    </message>
    <message>
        <source>Pusat sedang sibuk dan minta ditunggu; semua tersimpan di ruang ini.</source>
        <translation>The centre is busy and asks to wait; everything is saved in this room.</translation>
    </message>
    <message>
        <source>Pusat sedang bermasalah; semua tersimpan di ruang ini.</source>
        <translation>The centre has trouble of its own; everything is saved in this room.</translation>
    </message>
    <message>
        <source>Pusat menolak panggilan ruang ini; semua tersimpan di ruang ini.</source>
        <translation>The centre rejects this room&apos;s calls; everything is saved in this room.</translation>
    </message>
    <message>
        <source>Perbarui program dan periksa alamat pusat; kabari admin kota</source>
        <translation>Update the program and check the centre&apos;s address; tell the city admin</translation>
    </message>
    <message>
        <source>Sambungan ke pusat putus; kerja berjalan terus dan tersimpan di ruang ini ({0} menunggu).</source>
        <translation>The line to the centre is down; work goes on and is saved in this room ({0} waiting).</translation>
    </message>
    <message>
        <source>Lihat sambungan</source>
        <translation>See the connection</translation>
    </message>
    <message>
        <source>{0} catatan ditolak pusat; semua tetap tersimpan di ruang ini.</source>
        <translation>{0} entries were refused by the centre; all stay saved in this room.</translation>
    </message>
    <message>
        <source>Lihat alasannya</source>
        <translation>See the reason</translation>
    </message>
    <message>
        <source>{0} catatan terlalu besar untuk pusat; semua tetap tersimpan di ruang ini.</source>
        <translation>{0} entries are too large for the centre; all stay saved in this room.</translation>
    </message>
    <message>
        <source>Jam komputer ini meleset {0} menit; waktu kejadian ditandai ragu.</source>
        <translation>This computer&apos;s clock is off by {0} minutes; incident times are marked doubtful.</translation>
    </message>
    <message>
        <source>Betulkan jam komputer</source>
        <translation>Set the computer&apos;s clock</translation>
    </message>
</context>
<context>
    <name>UncountedSection</name>
    <message>
        <source>Tidak dihitung</source>
        <translation>Not counted</translation>
    </message>
    <message>
        <source>Kejadian</source>
        <translation>Incident</translation>
    </message>
    <message>
        <source>Isinya</source>
        <translation>What it says</translation>
    </message>
    <message>
        <source>Oleh</source>
        <translation>By</translation>
    </message>
    <message>
        <source>Sebab</source>
        <translation>Reason</translation>
    </message>
    <message>
        <source>Akui entri yang tidak dihitung</source>
        <translation>Adopt an entry that does not count</translation>
    </message>
    <message>
        <source>Sinkron</source>
        <translation>Sync</translation>
    </message>
    <message>
        <source>Diakui dan dihitung; tersimpan di ruang ini</source>
        <translation>Adopted and counted; saved in this room</translation>
    </message>
    <message>
        <source>sudah diakui</source>
        <translation>adopted</translation>
    </message>
    <message>
        <source>Pilih satu, lalu U mengakuinya: isinya ikut dihitung sejak saat itu.</source>
        <translation>Choose one, then U adopts it: what it says counts from then on.</translation>
    </message>
    <message>
        <source>Disimpan, tetapi tidak dihitung. Yang boleh mengakuinya: {0}.</source>
        <translation>Kept, but not counted. Who may adopt it: {0}.</translation>
    </message>
    <message>
        <source>Tidak ada entri yang menunggu diakui</source>
        <translation>No entry waits to be adopted</translation>
    </message>
    <message>
        <source>Pilih dahulu satu entri: panah memilih, U mengakui</source>
        <translation>Choose an entry first: arrows choose, U adopts</translation>
    </message>
</context>
<context>
    <name>Undo</name>
    <message>
        <source>Ctrl+Z membatalkan · 10 dtk</source>
        <translation>Ctrl+Z undoes it · 10 s</translation>
    </message>
    <message>
        <source>Dibatalkan: {0} kembali {1}</source>
        <translation>Undone: {0} is {1} again</translation>
    </message>
    <message>
        <source>Dibatalkan: {0}, {1} seperti semula</source>
        <translation>Undone: {0}, {1} as before</translation>
    </message>
</context>
<context>
    <name>Veil</name>
    <message>
        <source>Layar dikunci.</source>
        <translation>The screen is locked.</translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>SIMULASI</source>
        <translation>SIMULATION</translation>
    </message>
    <message>
        <source>ruang ini</source>
        <translation>this room</translation>
    </message>
    <message>
        <source>kembali</source>
        <translation>back</translation>
    </message>
    <message>
        <source>berikutnya</source>
        <translation>next</translation>
    </message>
    <message>
        <source>perbesar, perkecil</source>
        <translation>larger, smaller</translation>
    </message>
    <message>
        <source>pas layar</source>
        <translation>fit the view</translation>
    </message>
    <message>
        <source>ukuran asli</source>
        <translation>true size</translation>
    </message>
    <message>
        <source>simpan salinan</source>
        <translation>save a copy</translation>
    </message>
</context>
<context>
    <name>Withheld</name>
    <message>
        <source>terlalu besar untuk dikirim</source>
        <translation>too large to send</translation>
    </message>
    <message>
        <source>tanda tangan tidak cocok dengan perangkatnya</source>
        <translation>signature does not match its device</translation>
    </message>
    <message>
        <source>rantai catatan tidak utuh</source>
        <translation>chain of entries is not whole</translation>
    </message>
    <message>
        <source>catatan rusak atau terlalu besar</source>
        <translation>entry damaged or too large</translation>
    </message>
    <message>
        <source>aliran tidak dimulai dengan pembukaannya</source>
        <translation>stream does not begin with its opening</translation>
    </message>
    <message>
        <source>perangkat penulisnya tidak dikenal pusat</source>
        <translation>the centre does not know the device that wrote it</translation>
    </message>
    <message>
        <source>catatan lain sudah ada dengan nomor ini</source>
        <translation>another entry has this number already</translation>
    </message>
    <message>
        <source>aliran ini milik jurnal wilayah lain</source>
        <translation>this stream is of another territory's journal</translation>
    </message>
    <message>
        <source>wilayahnya tidak dikenal pusat</source>
        <translation>the centre does not know the territory</translation>
    </message>
    <message>
        <source>Tutup program, jalankan: simpul doctor --repair</source>
        <translation>Close the program, run: simpul doctor --repair</translation>
    </message>
    <message>
        <source>Enter membuka kejadiannya: catat lagi lebih ringkas</source>
        <translation>Enter opens the incident: write it again, shorter</translation>
    </message>
    <message>
        <source>Minta admin kota mendaftarkan perangkat itu</source>
        <translation>Ask the city's admin to enrol that device</translation>
    </message>
    <message>
        <source>Minta admin kota memeriksa paket kota di pusat</source>
        <translation>Ask the city's admin to check the pack at the centre</translation>
    </message>
    <message>
        <source>Minta ruang penulisnya mengirim sendiri ke pusat</source>
        <translation>Ask the room that wrote it to send it itself</translation>
    </message>
    <message>
        <source>Sampaikan alasan ini kepada admin kota</source>
        <translation>Tell the city's admin this reason</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>mnt</source>
        <translation>min</translation>
    </message>
    <message>
        <source>km/jam</source>
        <translation>km/h</translation>
    </message>
    <message>
        <source>mm/jam</source>
        <translation>mm/h</translation>
    </message>
    <message>
        <source>baru</source>
        <translation>new</translation>
    </message>
    <message>
        <source>terverifikasi</source>
        <translation>verified</translation>
    </message>
    <message>
        <source>didisposisikan</source>
        <translation>referred</translation>
    </message>
    <message>
        <source>diterima</source>
        <translation>accepted</translation>
    </message>
    <message>
        <source>ditangani</source>
        <translation>in progress</translation>
    </message>
    <message>
        <source>selesai</source>
        <translation>resolved</translation>
    </message>
    <message>
        <source>ditutup</source>
        <translation>closed</translation>
    </message>
    <message>
        <source>ditunda</source>
        <translation>on hold</translation>
    </message>
    <message>
        <source>bukan wewenang</source>
        <translation>not our authority</translation>
    </message>
    <message>
        <source>duplikat</source>
        <translation>duplicate</translation>
    </message>
    <message>
        <source>diarsipkan</source>
        <translation>archived</translation>
    </message>
    <message>
        <source>dibuka kembali</source>
        <translation>reopened</translation>
    </message>
    <message>
        <source>status</source>
        <translation>status</translation>
    </message>
    <message>
        <source>judul</source>
        <translation>title</translation>
    </message>
    <message>
        <source>prioritas</source>
        <translation>priority</translation>
    </message>
    <message>
        <source>kategori</source>
        <translation>category</translation>
    </message>
    <message>
        <source>tempat</source>
        <translation>place</translation>
    </message>
    <message>
        <source>alamat</source>
        <translation>address</translation>
    </message>
    <message>
        <source>OPD</source>
        <translation>agencies</translation>
    </message>
    <message>
        <source>uraian</source>
        <translation>description</translation>
    </message>
    <message>
        <source>pemilik</source>
        <translation>owner</translation>
    </message>
    <message>
        <source>alasan</source>
        <translation>reason</translation>
    </message>
    <message>
        <source>lintang</source>
        <translation>latitude</translation>
    </message>
    <message>
        <source>bujur</source>
        <translation>longitude</translation>
    </message>
    <message>
        <source>operator</source>
        <translation>operator</translation>
    </message>
    <message>
        <source>koordinator</source>
        <translation>supervisor</translation>
    </message>
    <message>
        <source>camat</source>
        <translation>district head</translation>
    </message>
    <message>
        <source>lurah</source>
        <translation>village head</translation>
    </message>
    <message>
        <source>penghubung OPD</source>
        <translation>agency liaison</translation>
    </message>
    <message>
        <source>pimpinan</source>
        <translation>leadership</translation>
    </message>
    <message>
        <source>admin</source>
        <translation>admin</translation>
    </message>
    <message>
        <source>petugas (simulasi)</source>
        <translation>field staff (simulated)</translation>
    </message>
    <message>
        <source>aduan warga (simulasi)</source>
        <translation>citizens&apos; reports (simulated)</translation>
    </message>
    <message>
        <source>sensor (simulasi)</source>
        <translation>sensors (simulated)</translation>
    </message>
    <message>
        <source>gempa (simulasi)</source>
        <translation>earthquakes (simulated)</translation>
    </message>
    <message>
        <source>prakiraan cuaca (simulasi)</source>
        <translation>weather forecasts (simulated)</translation>
    </message>
    <message>
        <source>gempa BMKG</source>
        <translation>BMKG earthquakes</translation>
    </message>
    <message>
        <source>prakiraan BMKG</source>
        <translation>BMKG forecasts</translation>
    </message>
    <message>
        <source>aduan warga</source>
        <translation>citizens&apos; reports</translation>
    </message>
    <message>
        <source>sensor</source>
        <translation>sensor</translation>
    </message>
    <message>
        <source>sumber: {0}</source>
        <translation>source: {0}</translation>
    </message>
    <message>
        <source>ditulis di luar wilayah perangkatnya</source>
        <translation>written outside its device&apos;s territory</translation>
    </message>
    <message>
        <source>perangkatnya sudah dicabut</source>
        <translation>its device was revoked</translation>
    </message>
    <message>
        <source>bukan dari yang berwenang</source>
        <translation>not from an authority</translation>
    </message>
</context>
<context>
    <name>Workspaces</name>
    <message>
        <source>Kecamatan</source>
        <translation>Districts</translation>
    </message>
    <message>
        <source>Peringatan &amp; prakiraan</source>
        <translation>Warnings and forecasts</translation>
    </message>
    <message>
        <source>Situasi</source>
        <translation>Situation</translation>
    </message>
    <message>
        <source>Perlu ditangani</source>
        <translation>Needs handling</translation>
    </message>
    <message>
        <source>Peta</source>
        <translation>Map</translation>
    </message>
    <message>
        <source>Tren</source>
        <translation>Trends</translation>
    </message>
    <message>
        <source>Kejadian</source>
        <translation>Incidents</translation>
    </message>
    <message>
        <source>Rincian</source>
        <translation>Detail</translation>
    </message>
    <message>
        <source>Sinkron</source>
        <translation>Sync</translation>
    </message>
</context>
</TS>
