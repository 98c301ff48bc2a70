; SPDX-License-Identifier: Apache-2.0
; The switches, as docs/install/windows-setup.md lists them. NSIS itself takes /S and, as the last one, /D=folder.

; $R4 begins with the switch: its value into a variable, and the next one.
!macro Takes name variable
  StrLen $R5 "${name}="
  StrCpy $R6 $R4 $R5
  ${If} $R6 == "${name}="
    StrCpy ${variable} $R4 "" $R5
    ${If} ${variable} == ""
      ${Refuse} 1639 SWITCH_EMPTY
    ${EndIf}
    ${Continue}
  ${EndIf}
!macroend

Function ReadSwitches
  StrCpy $9 $CMDLINE
  System::Call 'shell32::CommandLineToArgvW(w r9, *i .R0) p .R1'
  IntOp $R0 $R0 - 1
  ${For} $R2 1 $R0
    IntOp $R3 $R2 * ${NSIS_PTR_SIZE}
    IntPtrOp $R3 $R1 + $R3
    System::Call '*$R3(w .R4)'
    ${If} $R4 == "/S"
      SetSilent silent
      ${Continue}
    ${ElseIf} $R4 == "/ALLUSERS"
      Push 1
      Call GiveScope
      ${Continue}
    ${ElseIf} $R4 == "/CURRENTUSER"
      Push 0
      Call GiveScope
      ${Continue}
    ${ElseIf} $R4 == "/?"
      Call ShowSwitches
    ${EndIf}
    !insertmacro Takes "/LIBRARY" $Library
    !insertmacro Takes "/MODELS" $Models
    !insertmacro Takes "/POLICY" $Policy
    !insertmacro Takes "/LANG" $Spoken
    !insertmacro Takes "/SHORTCUTS" $Shortcuts
    !insertmacro Takes "/CONTEXTMENU" $ContextMenu
    StrCpy $Entry $R4
    ${Break}
  ${Next}
  System::Call 'kernel32::LocalFree(p R1)'
  ${If} $Spoken == "zh"
    StrCpy $LANGUAGE ${LANG_SIMPCHINESE}
  ${ElseIf} $Spoken == "en"
    StrCpy $LANGUAGE ${LANG_ENGLISH}
  ${ElseIf} $Spoken != ""
    StrCpy $Entry "/LANG=$Spoken"
  ${EndIf}
  ${If} $ContextMenu != ""
  ${AndIf} $ContextMenu != "0"
  ${AndIf} $ContextMenu != "1"
    StrCpy $Entry "/CONTEXTMENU=$ContextMenu"
  ${EndIf}
  ${If} $Shortcuts == "startmenu,desktop"
    StrCpy $Shortcuts "desktop,startmenu"
  ${EndIf}
  ${If} $Shortcuts != ""
  ${AndIf} $Shortcuts != "none"
  ${AndIf} $Shortcuts != "desktop"
  ${AndIf} $Shortcuts != "startmenu"
  ${AndIf} $Shortcuts != "desktop,startmenu"
    StrCpy $Entry "/SHORTCUTS=$Shortcuts"
  ${EndIf}
  ${If} $Entry != ""
    ${Refuse} 1639 SWITCH_UNKNOWN
  ${EndIf}
  ${If} $Library != ""
    Push $Library
    Call IsWholePath
    Pop $R0
    ${If} $R0 = 0
      ${Refuse} 1639 LIBRARY_NOT_WHOLE
    ${EndIf}
  ${EndIf}
  ${If} $Models != ""
    Push $Models
    Call IsWholePath
    Pop $R0
    ${If} $R0 = 0
    ${OrIfNot} ${FileExists} "$Models\*.*"
      ${Refuse} 1639 MODELS_MISSING
    ${EndIf}
  ${EndIf}
  ${If} $Policy != ""
    Push $Policy
    Call IsWholePath
    Pop $R0
    ${If} $R0 = 0
    ${OrIfNot} ${FileExists} $Policy
    ${OrIf} ${FileExists} "$Policy\*.*"
      ${Refuse} 1639 POLICY_MISSING
    ${EndIf}
    ${If} $AllUsers != 1
      ${Refuse} 1639 POLICY_NEEDS_ALL
    ${EndIf}
  ${EndIf}
  ; NSIS passes over a folder that it does not like, as if there were none.
  System::Call 'kernel32::GetCommandLineW() w .R0'
  System::Call 'shlwapi::StrStrW(w R0, w " /D=") w .R1'
  StrCpy $R0 $R1 4
  ${If} $R0 == " /D="
    StrCpy $R0 $R1 1 4
    ${If} $R0 == '"'
      ${Refuse} 1639 FOLDER_QUOTED
    ${EndIf}
    StrCpy $R1 $R1 "" 4
    Push $R1
    Call IsWholePath
    Pop $R0
    ${If} $R0 = 0
    ${OrIf} $INSTDIR == ""
      StrCpy $INSTDIR $R1
      ${Refuse} 1639 FOLDER_NOT_WHOLE
    ${EndIf}
  ${EndIf}
FunctionEnd

; Stack: 1 for /ALLUSERS, 0 for /CURRENTUSER. Both are one too many.
Function GiveScope
  Exch $R8
  ${If} $AllUsers != ""
  ${AndIf} $AllUsers != $R8
    StrCpy $Entry "/ALLUSERS /CURRENTUSER"
  ${EndIf}
  StrCpy $AllUsers $R8
  Pop $R8
FunctionEnd

; Stack: a path. Back: 1 where it begins with a drive or a server and has no character that Windows does not take.
Function IsWholePath
  Exch $R8
  Push $R9
  Push $R7
  StrCpy $R7 $R8 2
  StrCpy $R9 $R8 2 1
  ${If} $R7 == "\\"
  ${OrIf} $R9 == ":\"
    StrCpy $R9 $R8 "" 3
    StrCpy $R7 '<>:|?*"'
    System::Call 'shlwapi::StrCSpnW(w R9, w R7) i .R8' ; how many before the first of them
    StrLen $R7 $R9
    ${If} $R8 = $R7
      StrCpy $R8 1
    ${Else}
      StrCpy $R8 0
    ${EndIf}
  ${Else}
    StrCpy $R8 0
  ${EndIf}
  Pop $R7
  Pop $R9
  Exch $R8
FunctionEnd

Function ShowSwitches
  ${Say} SWITCHES
  ${If} ${Silent}
    Call Print
  ${Else}
    Pop $R0
    MessageBox MB_OK "$R0"
  ${EndIf}
  SetErrorLevel 0
  Quit
FunctionEnd
