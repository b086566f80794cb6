@NullMarked
package io.vpccni.ipamd.conflist;

import org.jspecify.annotations.NullMarked;
