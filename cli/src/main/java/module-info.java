/**
 * The command.
 *
 * <p>ZXing has no module descriptor; its name is fixed in its manifest, so that is no risk.
 */
@SuppressWarnings("requires-automatic")
module dev.warren.cli {
  requires transitive dev.warren.config;
  requires dev.warren.embed;
  requires transitive dev.warren.engine;
  requires transitive dev.warren.linux;
  requires com.google.zxing;
  requires static org.jspecify;

  exports dev.warren.cli;
}
