package dev.warren.embed.proxy.http;

import dev.warren.embed.proxy.relay.Refusal;
import dev.warren.packet.owner.Immutable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a message says before its body.
 *
 * <p><b>Shape:</b> a line, lines of fields, an empty line, each ended by CR LF and by nothing else;
 * {@value #MAX_BYTES} bytes and {@value #MAX_FIELDS} fields at most. What servers are known to read
 * differently is refused: white space before a colon, folded lines, bare CR or LF, NUL.
 *
 * <p><b>Errors:</b> {@link HttpRefused}: 400, 414, 431.
 *
 * <p><b>Source:</b> RFC 9112 sections 2, 3 and 5.
 */
@Immutable
public final class HttpHead {
  private static final int MAX_BYTES = 65_536;
  private static final int MAX_LINE = 16_384;
  private static final int MAX_FIELDS = 200;
  private static final String TOKEN_SIGNS = "!#$%&'*+-.^_`|~";

  /** Between two neighbours alone. */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authorization",
          "proxy-authenticate",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "http2-settings");

  /** A line of a name and a value. */
  record Field(String name, String value) {
    boolean is(String other) {
      return name.equalsIgnoreCase(other);
    }
  }

  private final String first;
  private final List<Field> fields;

  private HttpHead(String first, List<Field> fields) {
    this.first = first;
    this.fields = List.copyOf(fields);
  }

  /** Reads no byte of what follows; null where the stream ends before it begins. */
  public static @Nullable HttpHead read(InputStream in) throws IOException {
    Lines lines = new Lines(in);
    String first = lines.next(414);
    if (first != null && first.isEmpty()) {
      first = lines.next(414); // RFC 9112 section 2.2: an empty line before a request.
    }
    if (first == null) {
      return null;
    }
    List<Field> fields = new ArrayList<>();
    while (true) {
      String line = lines.next(431);
      if (line == null) {
        throw bad("the message ends within its head");
      }
      if (line.isEmpty()) {
        return new HttpHead(first, fields);
      }
      if (fields.size() == MAX_FIELDS) {
        throw new HttpRefused(
            431, Refusal.BAD_REQUEST, "more than " + MAX_FIELDS + " header fields");
      }
      fields.add(field(line));
    }
  }

  private static Field field(String line) throws HttpRefused {
    int colon = line.indexOf(':');
    if (colon < 0 || !isToken(line.substring(0, colon))) {
      throw bad("a header field without a proper name");
    }
    String value = trimmed(line.substring(colon + 1));
    if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
      throw bad("a control character in a header field");
    }
    return new Field(line.substring(0, colon), value);
  }

  private static String trimmed(String value) {
    int from = 0;
    int to = value.length();
    while (from < to && (value.charAt(from) == ' ' || value.charAt(from) == '\t')) {
      from++;
    }
    while (to > from && (value.charAt(to - 1) == ' ' || value.charAt(to - 1) == '\t')) {
      to--;
    }
    return value.substring(from, to);
  }

  static boolean isToken(String text) {
    return !text.isEmpty()
        && text.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || TOKEN_SIGNS.indexOf(c) >= 0);
  }

  static HttpRefused bad(String reason) {
    return new HttpRefused(400, Refusal.BAD_REQUEST, reason);
  }

  /** Its first line. */
  public String first() {
    return first;
  }

  /** The values of all fields of this name, in order. */
  List<String> all(String name) {
    return fields.stream().filter(field -> field.is(name)).map(Field::value).toList();
  }

  /** The value of this field; null where there is none, or more than one. */
  @Nullable String only(String name) {
    List<String> found = all(name);
    return found.size() == 1 ? found.getFirst() : null;
  }

  /** Whether one of the words of this field, with commas between them, is this one. */
  boolean has(String name, String word) {
    return words(name).contains(word);
  }

  private Set<String> words(String name) {
    Set<String> words = new TreeSet<>();
    for (String value : all(name)) {
      for (String word : value.split(",", -1)) {
        words.add(word.strip().toLowerCase(Locale.ROOT));
      }
    }
    return words;
  }

  /** The fields that are for the other end, without those that are told anew. */
  List<Field> endToEnd(String... toldAnew) {
    Set<String> named = words("connection");
    List<String> without = List.of(toldAnew);
    return fields.stream()
        .filter(
            field -> {
              String name = field.name.toLowerCase(Locale.ROOT);
              return !HOP_BY_HOP.contains(name) && !named.contains(name) && !without.contains(name);
            })
        .toList();
  }

  /** Lines of a head, within its bounds. */
  private static final class Lines {
    private final InputStream in;
    private int bytes;

    Lines(InputStream in) {
      this.in = in;
    }

    /** The next; null at the end of the stream, if that is before the first byte of all. */
    @Nullable String next(int statusIfTooLong) throws IOException {
      StringBuilder line = new StringBuilder();
      while (true) {
        int c = in.read();
        if (c < 0 && bytes == 0) {
          return null;
        }
        if (c < 0) {
          throw bad("the message ends within its head");
        }
        if (++bytes > MAX_BYTES || line.length() == MAX_LINE) {
          throw new HttpRefused(
              statusIfTooLong, Refusal.BAD_REQUEST, "a head of too many bytes, or such a line");
        }
        if (c == '\r') {
          if (in.read() != '\n') {
            throw bad("a line that does not end in CR LF");
          }
          bytes++;
          return line.toString();
        }
        if (c == '\n' || c == 0) {
          throw bad("a line that does not end in CR LF");
        }
        line.append((char) c);
      }
    }
  }
}
