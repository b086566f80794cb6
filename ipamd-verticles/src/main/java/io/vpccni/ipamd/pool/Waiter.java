package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import java.time.Instant;

/** An ADD that waits for an address. */
record Waiter(
    CallId call,
    Attachment attachment,
    PodRef pod,
    Wiring wiring,
    boolean everyCard,
    Instant since,
    Instant deadline) {}
