package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.ReleaseReply;

/** This answer is given once the checkpoint holds {@code version}. */
public sealed interface Pending {
  long version();

  CallId call();

  /**
   * @param fresh this call made the assignment: if it cannot be saved or nobody waits for it any
   *     more, it is undone
   */
  record Add(long version, CallId call, Attachment attachment, boolean fresh) implements Pending {}

  record Del(long version, CallId call, ReleaseReply reply) implements Pending {}
}
