package dev.warren.embed.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PcapFileTest {
  @TempDir private Path folder;

  @Test
  void whatWentThrough() throws IOException {
    Path path = folder.resolve("tunnel.pcap");
    Files.writeString(path, "what was there before, for all to read");
    Random random = new Random(5);
    int count = 20_000;
    int[] lengths = new int[count];
    long leftOut;
    try (PcapFile file = PcapFile.open(path, line -> {})) {
      for (int i = 0; i < count; i++) {
        byte[] packet = new byte[20 + random.nextInt(1400)];
        packet[0] = 0x45;
        packet[packet.length - 1] = (byte) i;
        lengths[i] = packet.length;
        MemorySegment memory = MemorySegment.ofArray(packet);
        long before = file.leftOutCount();
        file.packet(true, memory, 0, packet.length);
        // Here it is waited for the disk, as a tunnel never does.
        while (file.leftOutCount() > before) {
          before = file.leftOutCount();
          file.packet(true, memory, 0, packet.length);
        }
      }
      leftOut = file.leftOutCount();
    }
    assertTrue(leftOut >= 0);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.nativeOrder());
    assertEquals(0xa1b2c3d4, in.getInt());
    assertEquals(2, in.getShort());
    assertEquals(4, in.getShort());
    in.position(20);
    assertEquals(101, in.getInt());
    long now = System.currentTimeMillis() / 1000;
    for (int i = 0; i < count; i++) {
      assertTrue(Math.abs(in.getInt() - now) < 100);
      int micros = in.getInt();
      assertTrue(micros >= 0 && micros < 1_000_000);
      assertEquals(lengths[i], in.getInt());
      assertEquals(lengths[i], in.getInt());
      assertEquals(0x45, in.get(in.position()));
      in.position(in.position() + lengths[i]);
      assertEquals((byte) i, in.get(in.position() - 1));
    }
    assertEquals(0, in.remaining());
  }

  @Test
  void noSuchFolder() {
    assertThrows(
        IOException.class, () -> PcapFile.open(folder.resolve("none/tunnel.pcap"), line -> {}));
  }
}
