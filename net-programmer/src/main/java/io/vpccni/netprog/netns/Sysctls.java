package io.vpccni.netprog.netns;

import io.vpccni.netprog.syscall.Errno;
import io.vpccni.netprog.syscall.FileDescriptor;
import io.vpccni.netprog.syscall.SystemCallFailed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads and writes sysctls of the calling thread's network namespace: the kernel decides by the
 * caller, wherever the tree is mounted.
 *
 * @param root the folder that holds {@code net}: {@code /proc/sys}, or another mount of it if that
 *     one is read-only
 */
public record Sysctls(String root) {
  private static final int LONGEST = 64;

  /**
   * Reads a value. It is empty if the kernel has no such key, as for IPv6 keys of a kernel without
   * IPv6.
   */
  public Optional<String> read(String key) throws SystemCallFailed {
    try (var file = FileDescriptor.openForReading(path(key))) {
      var bytes = ByteBuffer.allocateDirect(LONGEST);
      file.read(bytes);
      bytes.flip();
      return Optional.of(StandardCharsets.US_ASCII.decode(bytes).toString().strip());
    } catch (SystemCallFailed e) {
      if (e.errno() == Errno.ENOENT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Writes the value if it differs, because some keys have effects even when nothing changes.
   *
   * @return whether it was written; false also if the kernel has no such key
   */
  public boolean set(String key, String value) throws SystemCallFailed {
    var now = read(key);
    if (now.isEmpty() || now.get().equals(value)) {
      return false;
    }
    try (var file = FileDescriptor.openForWriting(path(key))) {
      var bytes = ByteBuffer.allocateDirect(value.length());
      bytes.put(value.getBytes(StandardCharsets.US_ASCII)).flip();
      file.write(bytes);
      return true;
    }
  }

  private String path(String key) {
    // Link names are part of keys, and the kernel allows stranger names than ours.
    if (key.contains("/../") || key.contains("//")) {
      throw new IllegalArgumentException("sysctl " + key);
    }
    return root + "/" + key;
  }
}
