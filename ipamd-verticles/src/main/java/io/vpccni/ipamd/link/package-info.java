/** How the links of pods are named. Pure. */
@NullMarked
package io.vpccni.ipamd.link;

import org.jspecify.annotations.NullMarked;
