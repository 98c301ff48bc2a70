; SPDX-License-Identifier: Apache-2.0
; Whether Inkstone is running, in whoever's session: Windows lets nobody write to a program file that is.

!macro IN_USE un
; Stack: folder, pattern of files in it. Back: the file that is in use, or "".
Function ${un}InUse
  Exch $R2
  Exch
  Exch $R3
  Push $R4
  Push $R5
  Push $R6
  FindFirst $R4 $R5 "$R3\$R2"
  ${DoWhile} $R5 != ""
    ${If} $R5 != "Uninstall.exe"
      System::Call 'kernel32::CreateFileW(w "$R3\$R5", i 0x40000000, i 7, p 0, i 3, i 0, p 0) p .R6 ? e'
      Pop $R2
      ${If} $R6 P<> -1
        System::Call 'kernel32::CloseHandle(p R6)'
      ${ElseIf} $R2 = 32 ; ERROR_SHARING_VIOLATION
        ${ExitDo}
      ${EndIf}
    ${EndIf}
    FindNext $R4 $R5
  ${Loop}
  FindClose $R4
  StrCpy $R2 $R5
  Pop $R6
  Pop $R5
  Pop $R4
  Pop $R3
  Exch $R2
FunctionEnd

; Back: the file that shows that Inkstone is running, or "".
Function ${un}Running
  Push $INSTDIR
  Push "*.exe"
  Call ${un}InUse
  Pop $R1
  ${If} $R1 == ""
    Push $INSTDIR
    Push "*.com"
    Call ${un}InUse
    Pop $R1
  ${EndIf}
  ${If} $R1 == ""
    Push "$INSTDIR\runtime"
    Push "*.exe"
    Call ${un}InUse
    Pop $R1
  ${EndIf}
  ${If} $R1 == ""
    Push "$INSTDIR\runtime"
    Push "*.dll"
    Call ${un}InUse
    Pop $R1
  ${EndIf}
  Push $R1
FunctionEnd

; Ask until it is closed; without anybody to ask wait 20 seconds. Back: 1 when it is closed.
Function ${un}Closed
  StrCpy $R7 0
  ${Do}
    Call ${un}Running
    Pop $R1
    ${If} $R1 == ""
      Push 1
      Return
    ${EndIf}
    ${If} ${Silent}
      IntOp $R7 $R7 + 1
      ${If} $R7 > 40
        Push 0
        Return
      ${EndIf}
      Sleep 500
    ${Else}
      ${Say} CLOSE_INKSTONE
      Pop $R1
      ${If} ${Cmd} `MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$R1" IDCANCEL`
        Push 0
        Return
      ${EndIf}
    ${EndIf}
  ${Loop}
FunctionEnd
!macroend

!insertmacro IN_USE ""
!insertmacro IN_USE "un."
