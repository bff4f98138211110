package dev.warren.embed.dns;

import dev.warren.packet.owner.Immutable;
import java.util.random.RandomGenerator;

/**
 * A question as it is sent, and what its answer must repeat.
 *
 * <p><b>Shape:</b> header, one question, and with EDNS an OPT record that allows answers of {@value
 * #UDP_BYTES} octets, which no path fragments.
 *
 * <p><b>Source:</b> RFC 1035 section 4.1, RFC 5452 (what makes forging hard), RFC 6891, RFC 9715.
 */
@Immutable
final class DnsQuery {
  static final int UDP_BYTES = 1232;
  private static final int OPT_BYTES = 11;

  /** How far a message repeats what was asked. */
  enum Echo {
    OURS,
    /** All but the size of letters: a server that changes them, or a forger who guessed. */
    OTHER_LETTERS,
    FOREIGN
  }

  private final byte[] message;
  private final int questionEnd;

  DnsQuery(DnsName name, int type, boolean extended, RandomGenerator random) {
    questionEnd = DnsDecoder.HEADER_BYTES + name.wireBytes() + 4;
    message = new byte[questionEnd + (extended ? OPT_BYTES : 0)];
    put16(0, random.nextInt());
    put16(2, 0x0100); // recursion desired
    put16(4, 1);
    put16(10, extended ? 1 : 0);
    name.write(message, DnsDecoder.HEADER_BYTES, random);
    put16(questionEnd - 4, type);
    put16(questionEnd - 2, 1);
    if (extended) {
      put16(questionEnd + 1, DnsRecord.OPT);
      put16(questionEnd + 3, UDP_BYTES);
    }
  }

  private void put16(int offset, int value) {
    message[offset] = (byte) (value >>> 8);
    message[offset + 1] = (byte) value;
  }

  byte[] message() {
    return message.clone();
  }

  Echo echo(byte[] reply, int length) {
    if (length < DnsDecoder.HEADER_BYTES
        || reply[0] != message[0]
        || reply[1] != message[1]
        || reply[2] >= 0) {
      return Echo.FOREIGN;
    }
    int questions = (reply[4] & 0xff) << 8 | (reply[5] & 0xff);
    if (questions == 0 && (reply[3] & 0xf) == DnsReply.FORMAT_ERROR) {
      // A server that could not read the question cannot repeat it.
      return Echo.OURS;
    }
    if (questions != 1 || length < questionEnd) {
      return Echo.FOREIGN;
    }
    Echo echo = Echo.OURS;
    for (int i = DnsDecoder.HEADER_BYTES; i < questionEnd; i++) {
      if (reply[i] != message[i]) {
        boolean letter =
            i < questionEnd - 4 && DnsName.small(reply[i]) == DnsName.small(message[i]);
        if (!letter) {
          return Echo.FOREIGN;
        }
        echo = Echo.OTHER_LETTERS;
      }
    }
    return echo;
  }
}
