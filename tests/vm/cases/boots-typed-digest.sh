# SPDX-License-Identifier: LGPL-2.1-or-later
title='composefs.digest=v1-sha256-12:HEX; a first word whose image is not there is passed over'
builders=yes
cmdline() { printf 'composefs.digest=v1-sha512-12:%0128d composefs.digest=v1-sha256-12:%s' 0 "$digest"; }

guest() { root_is_composefs; }
