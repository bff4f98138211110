package dev.warren.cli.view;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What people call their peers: comments in a configuration.
 *
 * <p><b>Shape:</b> {@code # Name = home} within a {@code [Peer]} section or right above it, or a
 * short comment right above it, {@code # home}.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Errors:</b> none; what is not understood names nobody.
 */
public final class PeerNames {
  private static final int MAX_LENGTH = 32;
  private static final String KEY = "publickey=";

  private final Map<String, String> names = new HashMap<>();

  // The section at hand.
  private boolean inPeer;
  private String key = "";
  private String name = "";

  // The comment on the line before.
  private String comment = "";
  private boolean commentNames;

  private PeerNames() {}

  /** Names by public key. */
  public static Map<String, String> in(String configuration) {
    PeerNames reader = new PeerNames();
    int start = 0;
    while (start < configuration.length()) {
      int end = configuration.indexOf('\n', start);
      end = end < 0 ? configuration.length() : end;
      reader.line(configuration.substring(start, end).strip());
      start = end + 1;
    }
    reader.section(false);
    return reader.names;
  }

  private void line(String line) {
    if (line.startsWith("#")) {
      takeComment();
      read(line.substring(1).strip());
    } else if (line.startsWith("[")) {
      String above = comment;
      comment = "";
      section(line.toLowerCase(Locale.ROOT).startsWith("[peer]"));
      name = above;
    } else {
      takeComment();
      int hash = line.indexOf('#');
      String setting = hash < 0 ? line : line.substring(0, hash);
      setting = setting.replace(" ", "").replace("\t", "");
      if (setting.toLowerCase(Locale.ROOT).startsWith(KEY)) {
        key = setting.substring(KEY.length());
      }
    }
  }

  /** Ends a section and begins the next. */
  private void section(boolean peer) {
    takeComment();
    if (inPeer && !key.isEmpty() && !name.isEmpty()) {
      names.put(key, name);
    }
    inPeer = peer;
    key = "";
    name = "";
  }

  /** The comment turned out to be within the section: there it must say that it is a name. */
  private void takeComment() {
    if (commentNames && name.isEmpty()) {
      name = comment;
    }
    comment = "";
    commentNames = false;
  }

  private void read(String text) {
    int equals = text.indexOf('=');
    commentNames = equals >= 0 && text.substring(0, equals).strip().equalsIgnoreCase("name");
    String called = commentNames ? text.substring(equals + 1).strip() : text;
    // Any other setting in a comment is one that was switched off.
    boolean good = (commentNames || equals < 0) && called.length() <= MAX_LENGTH;
    for (int i = 0; i < called.length() && good; i++) {
      good = !Character.isISOControl(called.charAt(i));
    }
    comment = good ? called : "";
    commentNames &= good;
  }
}
