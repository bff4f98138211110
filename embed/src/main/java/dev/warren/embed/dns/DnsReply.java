package dev.warren.embed.dns;

import java.util.List;

/**
 * A reply that could be read.
 *
 * <p><b>Units:</b> {@code negativeTtlSeconds} is how long an absence may be remembered, the lesser
 * of the SOA record's time to live and its last field (RFC 2308 section 5); -1 without such a
 * record.
 *
 * @param code the response code, OPT's upper bits included
 * @param truncated the rest is to be had by TCP; no records then
 */
record DnsReply(int code, boolean truncated, List<DnsRecord> answers, long negativeTtlSeconds)
    implements DnsDecoded {
  static final int NO_ERROR = 0;
  static final int FORMAT_ERROR = 1;
  static final int NO_SUCH_NAME = 3;
  static final int NOT_IMPLEMENTED = 4;
  static final int BAD_VERSION = 16;

  DnsReply {
    answers = List.copyOf(answers);
  }

  /** Whether the server knew: other codes are its own trouble, and another server may know. */
  boolean isDefinite() {
    return code == NO_ERROR || code == NO_SUCH_NAME;
  }

  /** Whether it is what servers say that do not know EDNS (RFC 6891 section 7). */
  boolean refusesExtension() {
    return code == FORMAT_ERROR || code == NOT_IMPLEMENTED || code == BAD_VERSION;
  }

  String codeText() {
    return switch (code) {
      case FORMAT_ERROR -> "FORMERR";
      case 2 -> "SERVFAIL";
      case NOT_IMPLEMENTED -> "NOTIMP";
      case 5 -> "REFUSED";
      case 9 -> "NOTAUTH";
      default -> "response code " + code;
    };
  }
}
