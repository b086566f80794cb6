package io.vpccni.rpc.log;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes secrets out of a text before people or other programs see it. Libraries quote what they
 * refuse, a bearer token in a header for example, so every text that leaves the process passes
 * through here: log lines, conditions, events, answers and errors.
 */
public final class Redaction {
  private static final String HIDDEN = "[redacted]";

  private record Rule(Pattern secret, String replacement) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule(
              Pattern.compile(
                  "-----BEGIN ([A-Z ]*PRIVATE KEY)-----.*?(-----END \\1-----|$)", Pattern.DOTALL),
              HIDDEN),
          // A value that is named as a secret, in a header, a query, JSON, YAML or an environment.
          new Rule(
              Pattern.compile(
                  "(?i)(authorization|x-amz-security-token|x-aws-ec2-metadata-token"
                      + "|signature|(?:aws_?)?secret_?access_?key|(?:aws_?)?session_?token"
                      + "|(?:access|id|refresh|bearer)_?token|client-key-data|password|passwd"
                      + "|\\btoken)"
                      + "(\"?\\s*[=:]\\s*\"?)"
                      + "(?:(?:bearer|basic)\\s+)?(?!\\[redacted)[^\\s\",;&}']+"),
              "$1$2" + HIDDEN),
          new Rule(
              Pattern.compile("(?i)\\b(bearer|basic) +(?!\\[redacted)[A-Za-z0-9._~+/=-]{8,}"),
              "$1 " + HIDDEN),
          // A JSON web token: its header is the base64 of {" and more.
          new Rule(
              Pattern.compile("\\beyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]*)?"),
              HIDDEN),
          // A password in a URL.
          new Rule(Pattern.compile("(://[^/\\s:@]+:)[^/\\s@]+@"), "$1" + HIDDEN + "@"));

  private Redaction() {}

  /** Returns the text with {@code [redacted]} in place of each secret. */
  public static String of(String text) {
    var redacted = text;
    for (var rule : RULES) {
      redacted = rule.secret.matcher(redacted).replaceAll(rule.replacement);
    }
    return redacted;
  }
}
