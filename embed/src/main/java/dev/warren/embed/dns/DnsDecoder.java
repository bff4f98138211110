package dev.warren.embed.dns;

import dev.warren.packet.owner.Confined;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a reply, whoever wrote it.
 *
 * <p><b>Shape:</b> a header of 12 octets (id, flags, four counts), questions, then records in three
 * sections: a name, type, class, TTL, length, data. Big-endian.
 *
 * <p><b>Owner:</b> the thread that resolves.
 *
 * <p><b>Errors:</b> a {@link DnsFlaw}; no message makes it throw, and none takes longer than its
 * length and {@value #MAX_POINTERS} steps a name.
 *
 * <p><b>Source:</b> RFC 1035 section 4, RFC 2181 section 8, RFC 2308, RFC 6891.
 */
@Confined("resolving")
final class DnsDecoder {
  static final int HEADER_BYTES = 12;
  private static final int MAX_POINTERS = 64;
  private static final int RECORD_BYTES = 10;
  private static final int SOA_NUMBERS_BYTES = 20;
  private static final int CLASS_IN = 1;

  private final byte[] message;
  private final int end;
  private int at = HEADER_BYTES;
  private DnsFlaw flaw = DnsFlaw.SHORT;
  private final List<DnsRecord> answers = new ArrayList<>();
  private long negativeTtlSeconds = -1;
  private int upperCode;
  private boolean extended;

  private DnsDecoder(byte[] message, int length) {
    this.message = message;
    this.end = length;
  }

  static DnsDecoded decode(byte[] message, int length) {
    return length < HEADER_BYTES ? DnsFlaw.SHORT : new DnsDecoder(message, length).reply();
  }

  private DnsDecoded reply() {
    int flags = u16(2);
    if ((flags & 0xf800) != 0x8000) {
      return DnsFlaw.NOT_A_REPLY;
    }
    int questions = u16(4);
    if (questions > 1) {
      return DnsFlaw.QUESTIONS;
    }
    if (questions == 1) {
      if (name() == null) {
        return flaw;
      }
      at += 4;
      if (at > end) {
        return DnsFlaw.SHORT;
      }
    }
    if ((flags & 0x0200) != 0) {
      return new DnsReply(flags & 0xf, true, List.of(), -1);
    }
    for (int section = 0; section < 3; section++) {
      int count = u16(6 + 2 * section);
      for (int i = 0; i < count; i++) {
        if (!readRecord(section)) {
          return flaw;
        }
      }
    }
    return new DnsReply(upperCode << 4 | (flags & 0xf), false, answers, negativeTtlSeconds);
  }

  private boolean readRecord(int section) {
    DnsName owner = name();
    if (owner == null) {
      return false;
    }
    if (end - at < RECORD_BYTES) {
      return flawed(DnsFlaw.SHORT);
    }
    int type = u16(at);
    int kind = u16(at + 2);
    long ttl = u32(at + 4);
    int length = u16(at + 8);
    at += RECORD_BYTES;
    if (length > end - at) {
      return flawed(DnsFlaw.SHORT);
    }
    int data = at;
    boolean read = true;
    if (type == DnsRecord.OPT) {
      read = (section == 2 && !extended) || flawed(DnsFlaw.DATA);
      extended = true;
      upperCode = (int) (ttl >>> 24);
    } else if (kind == CLASS_IN) {
      // A top bit makes no time of it at all (RFC 2181 section 8).
      long seconds = ttl > Integer.MAX_VALUE ? 0 : ttl;
      if (section == 0) {
        read = readAnswer(owner, type, seconds, length);
      } else if (section == 1 && type == DnsRecord.SOA) {
        read = readAuthority(seconds, data + length);
      }
    }
    at = data + length;
    return read;
  }

  private boolean readAnswer(DnsName owner, int type, long ttlSeconds, int length) {
    if (type == DnsRecord.A || type == DnsRecord.AAAA) {
      if (length != (type == DnsRecord.A ? 4 : 16)) {
        return flawed(DnsFlaw.DATA);
      }
      InetAddress address;
      try {
        address = InetAddress.getByAddress(Arrays.copyOfRange(message, at, at + length));
      } catch (UnknownHostException e) {
        throw new AssertionError("an address of " + length + " bytes", e);
      }
      answers.add(new DnsRecord(owner, type, ttlSeconds, address, null));
    } else if (type == DnsRecord.CNAME) {
      int after = at + length;
      DnsName target = name();
      if (target == null) {
        return false;
      }
      if (at != after) {
        return flawed(DnsFlaw.DATA);
      }
      answers.add(new DnsRecord(owner, type, ttlSeconds, null, target));
    }
    return true;
  }

  private boolean readAuthority(long ttlSeconds, int after) {
    for (int names = 0; names < 2; names++) {
      if (name() == null) {
        return false;
      }
    }
    if (after - at != SOA_NUMBERS_BYTES) {
      return flawed(DnsFlaw.DATA);
    }
    long minimum = u32(after - 4);
    negativeTtlSeconds = Math.min(ttlSeconds, minimum > Integer.MAX_VALUE ? 0 : minimum);
    return true;
  }

  /** Reads a name and moves behind it; each pointer must lead before the piece it stands in. */
  private @Nullable DnsName name() {
    byte[] wire = new byte[DnsName.MAX_BYTES];
    int used = 0;
    int pointers = 0;
    int piece = at;
    int from = at;
    while (from < end) {
      int length = message[from] & 0xff;
      if (length >= 0xc0) {
        if (from + 1 >= end) {
          return noName(DnsFlaw.SHORT);
        }
        int target = u16(from) & 0x3fff;
        at = pointers == 0 ? from + 2 : at;
        if (target >= piece || target < HEADER_BYTES || ++pointers > MAX_POINTERS) {
          return noName(DnsFlaw.POINTER);
        }
        piece = target;
        from = target;
      } else if (length > 63) {
        return noName(DnsFlaw.LABEL);
      } else if (length >= end - from) {
        return noName(DnsFlaw.SHORT);
      } else if (used + 1 + length + (length == 0 ? 0 : 1) > DnsName.MAX_BYTES) {
        return noName(DnsFlaw.NAME_TOO_LONG);
      } else {
        System.arraycopy(message, from, wire, used, 1 + length);
        used += 1 + length;
        from += 1 + length;
        if (length == 0) {
          at = pointers == 0 ? from : at;
          return DnsName.ofWire(Arrays.copyOf(wire, used));
        }
      }
    }
    return noName(DnsFlaw.SHORT);
  }

  private @Nullable DnsName noName(DnsFlaw why) {
    flaw = why;
    return null;
  }

  private boolean flawed(DnsFlaw why) {
    flaw = why;
    return false;
  }

  private int u16(int offset) {
    return (message[offset] & 0xff) << 8 | (message[offset + 1] & 0xff);
  }

  private long u32(int offset) {
    return (long) u16(offset) << 16 | u16(offset + 2);
  }
}
