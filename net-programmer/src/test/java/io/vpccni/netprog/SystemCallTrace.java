package io.vpccni.netprog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The output of {@code strace -f}: the names of all calls, and what they accessed, as a word and a
 * target.
 */
record SystemCallTrace(Set<String> calls, Set<String> accesses) {
  private static final Pattern CALL = Pattern.compile("^\\d+ +(\\w+)\\((.*)");
  private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)+)\"");
  private static final Set<String> OPENING =
      Set.of("open", "openat", "openat2", "access", "faccessat", "faccessat2", "stat", "lstat");
  private static final Set<String> LOOKING =
      Set.of("newfstatat", "statx", "readlink", "readlinkat", "statfs", "getxattr");
  private static final Set<String> CHANGING =
      Set.of(
          "rename",
          "renameat",
          "renameat2",
          "unlink",
          "unlinkat",
          "mkdir",
          "mkdirat",
          "rmdir",
          "chmod",
          "fchmodat",
          "chown",
          "fchownat",
          "lchown",
          "link",
          "linkat",
          "symlink",
          "symlinkat",
          "truncate",
          "utimensat",
          "chdir",
          "mknod",
          "mknodat");

  static SystemCallTrace read(Path file) throws IOException {
    var calls = new LinkedHashSet<String>();
    var accesses = new LinkedHashSet<String>();
    // Of messages to the kernel strace prints bytes too.
    for (var line : Files.readString(file, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      var call = CALL.matcher(line);
      if (call.matches()) {
        calls.add(call.group(1));
        accesses.addAll(accesses(call.group(1), call.group(2)));
      }
    }
    return new SystemCallTrace(calls, accesses);
  }

  private static List<String> accesses(String call, String arguments) {
    if (OPENING.contains(call) || LOOKING.contains(call)) {
      return targets("open ", arguments, 1);
    }
    if (CHANGING.contains(call)) {
      return targets("change ", arguments, 2);
    }
    return switch (call) {
      case "execve", "execveat" -> targets("execute ", arguments, 1);
      case "connect", "bind" ->
          arguments.contains("AF_UNIX") ? targets(call + " ", arguments, 1) : List.of();
      case "socket" -> List.of("socket " + arguments.replaceFirst("\\).*| <unfinished.*", ""));
      case "setns", "unshare" ->
          List.of(
              call
                  + " "
                  + arguments
                      .replaceFirst("\\).*| <unfinished.*", "")
                      .replaceFirst("^\\d+<.*>, ", ""));
      case "clone", "clone3" ->
          arguments.contains("CLONE_NEW") ? List.of(call + " " + arguments) : List.of();
      default -> List.of();
    };
  }

  private static List<String> targets(String word, String arguments, int most) {
    var targets = new ArrayList<String>();
    var text = TEXT.matcher(arguments);
    while (targets.size() < most && text.find()) {
      targets.add(word + text.group(1));
    }
    return targets;
  }
}
