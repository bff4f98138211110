package dev.warren.cli.wg;

import dev.warren.cli.names.EndpointResolver;
import dev.warren.cli.names.Resolution;
import dev.warren.config.EndpointName;
import org.jspecify.annotations.Nullable;

/**
 * Looks endpoints up, again and again while that may help, and says so.
 *
 * <p><b>Units:</b> pauses in microseconds: a second, a fifth more each time, up to twenty seconds.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Source:</b> wireguard-tools' {@code parse_endpoint}.
 */
final class Endpoints {
  private static final String VARIABLE = "WG_ENDPOINT_RESOLUTION_RETRIES";
  private static final int RETRIES = 15;
  private static final int FOREVER = -1;
  private static final int UNREADABLE = -2;
  private static final long FIRST_PAUSE = 1_000_000;
  private static final long LONGEST_PAUSE = 20_000_000;

  private final WgCommand wg;
  private final EndpointResolver resolver;
  private boolean hopeless;

  Endpoints(WgCommand wg) {
    this.wg = wg;
    this.resolver =
        new EndpointResolver(wg.environment.services(), wg.environment.sockets().zones());
  }

  /** Whether the variable that says how often to try cannot be read: then the program ends. */
  boolean isHopeless() {
    return hopeless;
  }

  /** The endpoint as the configuration protocol writes it, null when that was not to be had. */
  @Nullable String resolve(EndpointName name) {
    int retries = retries();
    if (retries == UNREADABLE) {
      hopeless = true;
      String value = WgCommand.bytes(wg.environment.variable(VARIABLE));
      wg.err.line("Unable to parse " + VARIABLE + ": `" + value + "'");
      return null;
    }
    for (long pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 6 / 5)) {
      Resolution resolution = resolver.resolve(name);
      if (resolution instanceof Resolution.Found found) {
        return found.text();
      }
      if (resolution instanceof Resolution.Failed failed) {
        String what = failed.reason() + ": `" + name.text() + "'";
        if (failed.permanent() || retries == 0) {
          wg.err.line(what);
          return null;
        }
        wg.err.line(what + ". Trying again in " + seconds(pause) + " seconds...");
      }
      retries = retries == FOREVER ? FOREVER : retries - 1;
      wg.environment.host().pause(pause);
    }
  }

  private static String seconds(long micros) {
    long hundredths = (micros + 5_000) / 10_000;
    long rest = hundredths % 100;
    return hundredths / 100 + (rest < 10 ? ".0" : ".") + rest;
  }

  /** The number as strtoul reads it. */
  private int retries() {
    String text = wg.environment.variables().get(VARIABLE);
    if (text == null) {
      return RETRIES;
    }
    if (text.equals("infinity")) {
      return FOREVER;
    }
    String digits = text.stripLeading();
    if (digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    if (digits.isEmpty() && text.isEmpty()) {
      return 0;
    }
    try {
      return digits.startsWith("-") || digits.startsWith("+")
          ? UNREADABLE
          : Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      return UNREADABLE;
    }
  }
}
