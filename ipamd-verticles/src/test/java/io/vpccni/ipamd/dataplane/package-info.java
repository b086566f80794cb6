@NullMarked
package io.vpccni.ipamd.dataplane;

import org.jspecify.annotations.NullMarked;
