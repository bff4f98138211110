package dev.warren.cli.wg;

import dev.warren.cli.uapi.UapiSockets;
import dev.warren.config.Services;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/**
 * The world of one run of {@code wg}: handed in, so that tests can run thousands of command lines
 * in one process.
 *
 * @param in standard input
 * @param out standard output
 * @param err standard error
 * @param variables environment variables
 * @param sockets the interfaces of this machine
 * @param services ports by name
 * @param host what else is asked of the system
 */
public record WgEnvironment(
    InputStream in,
    OutputStream out,
    OutputStream err,
    Map<String, String> variables,
    UapiSockets sockets,
    Services services,
    Host host) {

  /** What is asked of the system besides. */
  public interface Host {
    /** Whether standard output is a terminal. */
    boolean outIsTerminal();

    /** Whether standard output is a file that everybody may touch. */
    boolean outIsWorldAccessible();

    /** The time in seconds since the epoch. */
    long epochSeconds();

    /** Waits that long. */
    void pause(long micros);
  }

  String variable(String name) {
    return variables.getOrDefault(name, "");
  }
}
