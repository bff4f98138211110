package dev.warren.embed.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.UdpPort;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the ports of {@code linux} are asked as well, of the JDK's. */
@Timeout(60)
class ChannelUdpTest {
  private record Got(String text, Endpoint from) {}

  private static final class Report implements UdpPort.SendListener {
    final List<String> failed = new ArrayList<>();

    @Override
    public void sourceInvalid(Endpoint endpoint) {
      failed.add("source");
    }

    @Override
    public void failed(int slot, int errno) {
      failed.add(slot + ":" + errno);
    }
  }

  private final SelectorDoorbell aliceBell = SelectorDoorbell.open();
  private final SelectorDoorbell bobBell = SelectorDoorbell.open();
  private final ChannelUdp alice = new ChannelUdp(aliceBell);
  private final ChannelUdp bob = new ChannelUdp(bobBell);
  private final Batch out = new Batch(300, 1 << 20);
  private final Batch in = new Batch(64, 4 << 20);
  private final Report report = new Report();
  private int alicePort;
  private int bobPort;

  ChannelUdpTest() throws IOException {}

  @BeforeEach
  void bind() {
    alicePort = alice.bind(0);
    bobPort = bob.bind(0);
    assertTrue(alicePort > 0 && bobPort > 0);
  }

  @AfterEach
  void close() {
    alice.close();
    bob.close();
    aliceBell.close();
    bobBell.close();
  }

  @Test
  void bothFamiliesOnOnePort() {
    for (int i = 0; i < 5; i++) {
      add(out, "four " + i, to("127.0.0.1", bobPort));
      add(out, "six " + i, to("::1", bobPort));
    }
    assertEquals(10, alice.send(out, report));
    int four = 0;
    int six = 0;
    for (Got got : receive(bob, bobBell, in, 10)) {
      boolean v6 = got.from().address().isV6();
      assertEquals(v6 ? "six " + six++ : "four " + four++, got.text());
      assertEquals(IpAddress.parse(v6 ? "::1" : "127.0.0.1"), got.from().address());
      assertEquals(alicePort, got.from().port());
      assertFalse(got.from().isSticky(), "the kernel chooses the source");
    }
    assertEquals(List.of(), report.failed);
  }

  @Test
  void answersReachWhoAsked() {
    for (String address : List.of("127.0.0.1", "::1")) {
      out.clear();
      add(out, "question", to(address, bobPort));
      alice.send(out, report);
      Endpoint asker = receive(bob, bobBell, in, 1).getFirst().from();
      out.clear();
      add(out, "answer", asker);
      assertEquals(1, bob.send(out, report));
      assertEquals("answer", receive(alice, aliceBell, in, 1).getFirst().text());
    }
  }

  @Test
  void knownSenderIsTheSameObject() {
    add(out, "1", to("127.0.0.1", bobPort));
    alice.send(out, report);
    Endpoint first = receive(bob, bobBell, in, 1).getFirst().from();
    alice.send(out, report);
    assertSame(first, receive(bob, bobBell, in, 1).getFirst().from());
  }

  @Test
  void largestDatagramsArriveWhole() {
    byte[] large = new byte[65_507];
    new Random(1).nextBytes(large);
    String expected = new String(large, StandardCharsets.ISO_8859_1);
    for (String address : List.of("127.0.0.1", "::1")) {
      out.clear();
      for (int i = 0; i < 3; i++) {
        add(out, expected, to(address, bobPort));
      }
      assertEquals(3, alice.send(out, report));
      for (Got got : receive(bob, bobBell, in, 3)) {
        assertEquals(expected, got.text());
      }
    }
  }

  @Test
  void emptyDatagramCounts() {
    add(out, "", to("127.0.0.1", bobPort));
    assertEquals(1, alice.send(out, report));
    assertEquals("", receive(bob, bobBell, in, 1).getFirst().text());
  }

  @Test
  void datagramsThatCannotGoAreToldAndTheOthersGo() {
    add(out, "0", to("127.0.0.1", bobPort));
    add(out, "1", to("127.0.0.1", 0));
    add(out, "x".repeat(65_508), to("127.0.0.1", bobPort));
    out.endpoint(add(out, "3", to("127.0.0.1", 1)), null);
    add(out, "4", to("127.0.0.1", bobPort));
    assertEquals(2, alice.send(out, report));
    assertEquals(List.of("1:22", "2:90", "3:89"), report.failed);
    assertEquals("4", receive(bob, bobBell, in, 2).getLast().text());
  }

  @Test
  void batchesAreBounded() {
    for (int i = 0; i < 200; i++) {
      add(out, "n" + i, to(i % 3 == 0 ? "::1" : "127.0.0.1", bobPort));
    }
    assertEquals(200, alice.send(out, report));
    Batch few = new Batch(16, 4 << 20);
    bobBell.await(-1);
    assertEquals(16, bob.receive(few));
    receive(bob, bobBell, few, 184);
  }

  @Test
  void smallBatchDropsOnlyWhatDoesNotFit() {
    add(out, "x".repeat(3000), to("127.0.0.1", bobPort));
    add(out, "small", to("127.0.0.1", bobPort));
    alice.send(out, report);
    assertEquals("small", receive(bob, bobBell, new Batch(4, 2048), 1).getFirst().text());
  }

  @Test
  void rebindMovesAndSamePortStays() {
    int next = alice.bind(0);
    assertNotEquals(alicePort, next);
    add(out, "x", to("127.0.0.1", bobPort));
    alice.send(out, report);
    assertEquals(bobPort, bob.bind(bobPort), "keeps what is queued");
    assertEquals(next, receive(bob, bobBell, in, 1).getFirst().from().port());
    assertEquals(alicePort, bob.bind(alicePort), "the old port is free again");
  }

  @Test
  void portInUseIsRefusedAndWhatWasOpenStays() {
    assertEquals(-98, alice.bind(bobPort));
    add(out, "x", to("127.0.0.1", bobPort));
    assertEquals(1, alice.send(out, report));
    assertEquals(alicePort, receive(bob, bobBell, in, 1).getFirst().from().port());
  }

  @Test
  void unboundNothingMoves() {
    alice.unbind();
    assertFalse(alice.isBound());
    add(out, "x", to("127.0.0.1", bobPort));
    assertEquals(0, alice.send(out, report));
    assertEquals(0, alice.receive(in));
    assertEquals(-95, alice.mark(7));
    assertEquals(0, alice.mark(0));
  }

  @Test
  void ringWakes() throws InterruptedException {
    Thread waiter = new Thread(() -> aliceBell.await(-1));
    waiter.start();
    aliceBell.ring();
    waiter.join();
    aliceBell.await(0);
    aliceBell.await(1);
  }

  private static Endpoint to(String address, int port) {
    IpAddress parsed = IpAddress.parse(address);
    assertNotNull(parsed);
    return new Endpoint(parsed, port);
  }

  private static int add(Batch batch, String text, Endpoint to) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int slot = batch.reserve(bytes.length);
    batch.memory().asSlice(batch.offset(slot), bytes.length).copyFrom(MemorySegment.ofArray(bytes));
    batch.endpoint(slot, to);
    return slot;
  }

  private static List<Got> receive(UdpPort port, SelectorDoorbell bell, Batch batch, int count) {
    List<Got> got = new ArrayList<>();
    while (got.size() < count) {
      if (port.receive(batch) == 0) {
        bell.await(-1);
      }
      for (int slot = 0; slot < batch.count(); slot++) {
        byte[] bytes =
            batch
                .memory()
                .asSlice(batch.offset(slot), batch.length(slot))
                .toArray(ValueLayout.JAVA_BYTE);
        Endpoint from = batch.endpoint(slot);
        assertNotNull(from);
        got.add(new Got(new String(bytes, StandardCharsets.ISO_8859_1), from));
      }
    }
    assertEquals(count, got.size());
    return got;
  }
}
