package dev.warren.embed.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever comes in is a reply or a flaw. */
class DnsDecoderTest {
  private static final String HEADER = "abcd8180 0001 0001 0000 0000";
  private static final String QUESTION = "01610178 00 0001 0001";

  private static DnsDecoded decode(String... hex) {
    byte[] message = HexFormat.of().parseHex(String.join("", hex).replace(" ", ""));
    return DnsDecoder.decode(message, message.length);
  }

  @Test
  void namesThatLeadInCirclesAreRefused() {
    String rest = "0001 0001 0000003c 0004 0a010001";
    assertInstanceOf(DnsReply.class, decode(HEADER, QUESTION, "c00c", rest));
    // To itself, forwards, into the header, and a label before a pointer to that label.
    assertEquals(DnsFlaw.POINTER, decode(HEADER, QUESTION, "c015", rest));
    assertEquals(DnsFlaw.POINTER, decode(HEADER, QUESTION, "c017", rest));
    assertEquals(DnsFlaw.POINTER, decode(HEADER, QUESTION, "c002", rest));
    assertEquals(DnsFlaw.POINTER, decode(HEADER, QUESTION, "0161c015", rest));
    assertEquals(DnsFlaw.LABEL, decode(HEADER, QUESTION, "8161", rest));
    assertEquals(DnsFlaw.SHORT, decode(HEADER, QUESTION, "c0"));
  }

  @Test
  void chainsOfPointersEnd() {
    byte[] message = new byte[4096];
    message[2] = (byte) 0x80;
    message[7] = 1;
    // Each pointer leads to the one before it, the first one to a root.
    for (int at = 14; at < 4000; at += 2) {
      message[at] = (byte) (0xc0 | (at - 2) >>> 8);
      message[at + 1] = (byte) (at - 2);
    }
    message[5] = 0;
    // The record begins with a name of 40 + 40 pointers; the header's end serves as the root.
    byte[] shifted = Arrays.copyOf(message, 4096);
    assertInstanceOf(DnsFlaw.class, DnsDecoder.decode(shifted, 4096));
  }

  @Test
  void namesTooLongAreRefused() {
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      labels.append("3f").append("61".repeat(63));
    }
    String rest = "0001 0001 0000003c 0004 0a010001";
    assertEquals(DnsFlaw.NAME_TOO_LONG, decode(HEADER, QUESTION, labels.toString(), "00", rest));
  }

  @Test
  void recordsOfAWrongLengthAreRefused() {
    String owner = "c00c";
    String times = "0001 0000003c";
    assertEquals(DnsFlaw.DATA, decode(HEADER, QUESTION, owner, "0001", times, "0005 0a01000100"));
    assertEquals(DnsFlaw.DATA, decode(HEADER, QUESTION, owner, "0005", times, "0003 c00c00"));
    assertEquals(DnsFlaw.SHORT, decode(HEADER, QUESTION, owner, "0001", times, "0004 0a0100"));
    assertEquals(DnsFlaw.NOT_A_REPLY, decode("abcd0180 0001 0000 0000 0000", QUESTION));
    assertEquals(DnsFlaw.QUESTIONS, decode("abcd8180 0002 0000 0000 0000", QUESTION, QUESTION));
  }

  @Test
  void aTopBitMakesNoTime() {
    DnsDecoded decoded = decode(HEADER, QUESTION, "c00c 0001 0001 80000001 0004 0a010001");
    assertEquals(0, assertInstanceOf(DnsReply.class, decoded).answers().getFirst().ttlSeconds());
  }

  @Test
  void namesInPrint() {
    byte[] wire = {3, 'a', '.', (byte) 0xff, 1, 'B', 0};
    assertEquals("a\\046\\255.b", DnsName.ofWire(wire).toString());
    assertEquals(".", DnsName.ofWire(new byte[1]).toString());
    assertNull(DnsName.parse("a".repeat(64)));
    assertNotNull(DnsName.parse("a".repeat(63)));
    String longest = ("a".repeat(63) + ".").repeat(3) + "a".repeat(61);
    DnsName name = Objects.requireNonNull(DnsName.parse(longest));
    assertEquals(255, name.wireBytes());
    assertNull(name.under(Objects.requireNonNull(DnsName.parse("x"))));
    assertNull(DnsName.parse(longest + "a"));
  }

  @Test
  void noMessageMakesItThrow() {
    long seed = System.nanoTime();
    System.out.println("DnsDecoderTest.noMessageMakesItThrow seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    DnsName name = Objects.requireNonNull(DnsName.parse("www.example"));
    Zone zone =
        new Zone()
            .alias("www.example", 60, "web.example")
            .alias("web.example", 60, "host.example")
            .address("host.example", 60, "10.1.0.1")
            .address("host.example", 60, "10.1.0.2")
            .negative(60);
    for (int round = 0; round < 100_000; round++) {
      int type = random.nextBoolean() ? DnsRecord.A : DnsRecord.AAAA;
      DnsQuery query = new DnsQuery(name, type, random.nextBoolean(), random);
      byte[] message = zone.answer(query.message());
      if (random.nextInt(10) == 0) {
        random.nextBytes(message);
        message[2] = (byte) 0x80;
        message[4] = 0;
      }
      for (int i = random.nextInt(6); i > 0; i--) {
        message[random.nextInt(message.length)] =
            random.nextBoolean() ? (byte) (0xc0 | random.nextInt(2)) : (byte) random.nextInt(256);
      }
      int length = random.nextInt(3) == 0 ? random.nextInt(message.length + 1) : message.length;
      query.echo(message, length);
      if (DnsDecoder.decode(message, length) instanceof DnsReply reply) {
        assertNotNull(DnsOutcome.of(reply, name, type, 0).toString());
      }
    }
  }

  @Test
  void everyTruncationIsAFlaw() {
    DnsQuery query =
        new DnsQuery(
            Objects.requireNonNull(DnsName.parse("www.example")),
            DnsRecord.A,
            true,
            new SplittableRandom(1));
    byte[] message = new Zone().address("www.example", 60, "10.1.0.1").answer(query.message());
    assertInstanceOf(DnsReply.class, DnsDecoder.decode(message, message.length));
    for (int length = 0; length < message.length; length++) {
      assertEquals(DnsFlaw.SHORT, DnsDecoder.decode(message, length));
    }
  }
}
