package dev.warren.embed.dns;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a name server of the tests knows, and how it words it: names are compared as text, answers
 * repeat the question as it came.
 */
final class Zone {
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Data(String owner, int type, int ttlSeconds, byte[] data) {}

  private final Map<String, List<Data>> records = new HashMap<>();
  private int negativeTtl = -1;

  Zone address(String owner, int ttlSeconds, String address) {
    byte[] data = InetAddress.ofLiteral(address).getAddress();
    return add(owner, data.length == 4 ? DnsRecord.A : DnsRecord.AAAA, ttlSeconds, data);
  }

  Zone alias(String owner, int ttlSeconds, String target) {
    return add(owner, DnsRecord.CNAME, ttlSeconds, wire(target));
  }

  /** A name that exists, with a record of a type that nobody asks for. */
  Zone text(String owner) {
    return add(owner, 16, 60, new byte[] {1, 'x'});
  }

  /** Absences come with a SOA record, whose time to live and last field are these. */
  Zone negative(int seconds) {
    negativeTtl = seconds;
    return this;
  }

  private Zone add(String owner, int type, int ttlSeconds, byte[] data) {
    records
        .computeIfAbsent(owner, key -> new ArrayList<>())
        .add(new Data(owner, type, ttlSeconds, data));
    return this;
  }

  static byte[] wire(String name) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String label : name.split("\\.", -1)) {
      out.write(label.length());
      out.writeBytes(label.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }
    out.write(0);
    return out.toByteArray();
  }

  static String name(byte[] query) {
    StringBuilder name = new StringBuilder();
    for (int at = 12; query[at] != 0; at += 1 + query[at]) {
      name.append(name.isEmpty() ? "" : ".");
      name.append(
          new String(query, at + 1, query[at], java.nio.charset.StandardCharsets.ISO_8859_1));
    }
    return name.toString().toLowerCase(java.util.Locale.ROOT);
  }

  static int questionEnd(byte[] query) {
    int at = 12;
    while (query[at] != 0) {
      at += 1 + query[at];
    }
    return at + 5;
  }

  static int type(byte[] query) {
    return ByteBuffer.wrap(query).getShort(questionEnd(query) - 4);
  }

  static boolean extended(byte[] query) {
    return query[11] == 1;
  }

  /** The answer in full. */
  byte[] answer(byte[] query) {
    String asked = name(query);
    int type = type(query);
    List<Data> found = new ArrayList<>();
    String name = asked;
    List<Data> here = records.getOrDefault(name, List.of());
    for (int hops = 0; hops < 40; hops++) {
      List<Data> now = here.stream().filter(data -> data.type == type).toList();
      found.addAll(now);
      Data alias =
          here.stream().filter(data -> data.type == DnsRecord.CNAME).findFirst().orElse(null);
      if (!now.isEmpty() || alias == null) {
        break;
      }
      found.add(alias);
      name = name(concat(new byte[12], alias.data));
      here = records.getOrDefault(name, List.of());
    }
    boolean absent = here.stream().noneMatch(data -> data.type == type);
    return message(query, here.isEmpty() ? 3 : 0, found, absent ? negativeTtl : -1);
  }

  private static byte[] message(byte[] query, int code, List<Data> found, int soaSeconds) {
    ByteBuffer out = ByteBuffer.allocate(65_535);
    out.put(query, 0, questionEnd(query));
    out.putShort(2, (short) (0x8180 | code));
    out.putShort(6, (short) found.size());
    out.putShort(8, (short) (soaSeconds < 0 ? 0 : 1));
    out.putShort(10, (short) 0);
    for (Data data : found) {
      out.put(wire(data.owner)).putShort((short) data.type).putShort((short) 1);
      out.putInt(data.ttlSeconds).putShort((short) data.data.length).put(data.data);
    }
    if (soaSeconds >= 0) {
      out.put((byte) 0).putShort((short) 6).putShort((short) 1).putInt(soaSeconds);
      out.putShort((short) 22).put(new byte[2]).put(new byte[16]).putInt(soaSeconds);
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  /** An answer without records. */
  static byte[] code(byte[] query, int code) {
    return message(query, code, List.of(), -1);
  }

  static byte[] truncated(byte[] query) {
    byte[] answer = code(query, 0);
    answer[2] |= 2;
    return answer;
  }

  static byte[] concat(byte[] first, byte @Nullable [] second) {
    byte[] both = Arrays.copyOf(first, first.length + (second == null ? 0 : second.length));
    if (second != null) {
      System.arraycopy(second, 0, both, first.length, second.length);
    }
    return both;
  }
}
