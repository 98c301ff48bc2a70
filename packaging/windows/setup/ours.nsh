; SPDX-License-Identifier: Apache-2.0
; Whether a folder is Inkstone's: only there is anything moved or deleted, whatever the registry or a switch says.

!macro OURS un
; Stack: folder. Back: 1 where installed.toml and a program of ours are in it. A set-up that was broken off may have left them in ~old
; or ~new, and a virus scanner may have taken Inkstone.exe.
Function ${un}HoldsInkstone
  Exch $R0
  Push $R1
  StrCpy $R1 0
  ${If} ${FileExists} "$R0\installed.toml"
  ${OrIf} ${FileExists} "$R0\~old\installed.toml"
  ${OrIf} ${FileExists} "$R0\~new\installed.toml"
    ${If} ${FileExists} "$R0\Inkstone.exe"
    ${OrIf} ${FileExists} "$R0\Inkstone.com"
    ${OrIf} ${FileExists} "$R0\~old\Inkstone.exe"
    ${OrIf} ${FileExists} "$R0\~new\Inkstone.exe"
      StrCpy $R1 1
    ${EndIf}
  ${EndIf}
  StrCpy $R0 $R1
  Pop $R1
  Exch $R0
FunctionEnd
!macroend

!insertmacro OURS ""
!insertmacro OURS "un."
